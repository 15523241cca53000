import { fileURLToPath } from "node:url"

/**
 * The folder of what is served as it is: Swagger UI, and the collection of requests. It is filled when this package is built
 * (build.mjs). This file is as deep as the bundle, so that both find the folder.
 */
export const assets = fileURLToPath(new URL("../assets/", import.meta.url))
