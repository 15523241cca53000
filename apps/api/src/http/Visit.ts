import type { IncomingMessage } from "node:http"
import type { Moment } from "trials-domain/Snapshot"
import { clientOf } from "../admission/Address.js"

/** What is known of a request before Express gets it. */
export interface Visit {
  /** What counts as one client (`Address.clientOf`), beyond the proxies that are trusted. */
  readonly client: string
  /** What addresses that the API tells begin with, as `https://example.org/trials`; empty: they are relative. */
  readonly publicUrl: string
  /** The moment of the database, read after the request arrived; null where it could not be, or was not asked. */
  moment: Moment | null
}

const visits = new WeakMap<IncomingMessage, Visit>()

/** Notes what is known of a request. */
export const enter = (request: IncomingMessage, visit: Visit): void => void visits.set(request, visit)

/** What is known of a request. */
export const visitOf = (request: IncomingMessage): Visit =>
  visits.get(request) ?? {
    client: clientOf(request.socket.remoteAddress),
    publicUrl: "",
    moment: null
  }
