import { expect, it } from "@effect/vitest"
import { clientOf } from "../src/admission/Address.js"

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:c000:201", "192.0.2.1"],
  ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
  ["::1", "0:0:0:0::/56"],
  ["::", "0:0:0:0::/56"],
  ["2001:db8:1:2ab::1", "2001:db8:1:200::/56"],
  ["2001:db8:1:2ff:ffff:ffff:ffff:ffff", "2001:db8:1:200::/56"],
  ["2001:db8:1:300::1", "2001:db8:1:300::/56"],
  ["2001:db8::1:2:3", "2001:db8:0:0::/56"],
  ["fe80::1%eth0", "fe80:0:0:0::/56"],
  ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/56"],
  ["", ""]
])("%s counts as %s", (address, client) => expect(clientOf(address)).toBe(client))

it("a socket that has gone has no address", () => expect(clientOf(undefined)).toBe(""))
