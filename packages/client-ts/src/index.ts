export { TideplanClient, TideplanError, type CallOptions } from "./client.js";
export type * from "./contract.js";
