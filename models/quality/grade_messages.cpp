#include "models/quality/grade_messages.hpp"

#include "models/base/list_message_archive.hpp"

namespace spate::models {

template struct ListMessage<BatchVerdict, 106>;
template struct ListMessage<Regrading, 107>;

}  // namespace spate::models
