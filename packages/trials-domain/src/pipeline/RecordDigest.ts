/**
 * What a read consisted of, as a number that does not depend on the order of its records or on its pages. Equal sums
 * mean equal records, each as often: the chance of an error is that of SHA-256.
 *
 * @module
 */
import { hash } from "node:crypto"
import { comparable } from "../model/Json.js"
import type { RegistryRecord } from "../registries/Registry.js"

const modulus = 1n << 256n

/** The SHA-256 of a record in hex; the order of its keys does not count. */
export const ofRecord = (record: RegistryRecord): string => hash("sha256", comparable(record))

/** The sum of digests modulo 2^256, in hex. */
export const sum = (digests: ReadonlyArray<string>): string =>
  (digests.reduce((total, digest) => total + BigInt(`0x${digest}`), 0n) % modulus)
    .toString(16)
    .padStart(64, "0")
