declare module "virtual:land" {
  const text: string;
  export default text;
}
declare module "virtual:notices" {
  const text: string;
  export default text;
}
