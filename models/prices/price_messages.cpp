#include "models/prices/price_messages.hpp"

#include "models/base/list_message_archive.hpp"

namespace spate::models {

template struct ListMessage<StockReport, 109>;
template struct ListMessage<Repricing, 110>;

}  // namespace spate::models
