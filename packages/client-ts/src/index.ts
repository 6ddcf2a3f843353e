export { TideplanClient, type CallOptions, type ClientOptions } from "./client.js";
export type * from "./contract.js";
export { TideplanError } from "./error.js";
