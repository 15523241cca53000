import { Clock, Context, Effect, Layer } from "effect"
import type { ServerResponse } from "node:http"
import { GiveWay } from "trials-domain/Sliced"
import type { Rounds } from "../connections/Rounds.js"
import { ExportsBusy, TooBusy, TooSlow } from "../http/Refusal.js"
import { LazyDatabase } from "../LazyDatabase.js"
import type { Limits } from "../Limits.js"
import { Line } from "./Line.js"
import { Places } from "./Places.js"

/** Whom an answer is for. */
export interface Reader {
  /** What counts as one client (`Address.clientOf`). */
  readonly client: string
  readonly response: Pick<ServerResponse, "destroyed" | "off" | "once">
}

/** A read that waits for its turn, or has it. */
interface Turn {
  state: "waiting" | "reading" | "over"
  begin: () => void
  /** The client no longer waits. */
  leave: () => void
}

/**
 * Decides which reads begin, and when. As many run at once as the database can carry. The others wait in a line that is
 * short, and fair to every client. Between two reads of SQLite the event loop serves sockets.
 */
export class Admission extends Context.Tag("trials-api/Admission")<
  Admission,
  {
    /**
     * Reads when it is its turn. Fails at once with `TooBusy` if the client, or all together, have too many answers in
     * hand; an answer is in hand until it is written. A read whose client has gone, or whose time is over, never begins.
     */
    readonly inTurn: <A, E, R>(
      reader: Reader,
      read: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | TooBusy | TooSlow, R>
    /**
     * A further read for an answer in hand, in its turn as any other. Its place is the one that the answer has.
     */
    readonly further: <A, E, R>(
      reader: Reader,
      read: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | TooSlow, R>
    /**
     * Sends an export: as many at once as may be, and one to each client. The others fail with `ExportsBusy` before they
     * begin.
     * Fails with `TooSlow` when its time is over. An export has its place until it is written.
     */
    readonly exporting: <A, E, R>(
      reader: Reader,
      whole: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | ExportsBusy | TooSlow, R>
    /** Reads as the next one, in a place kept for this. After it, one of the line goes first. */
    readonly ahead: <A, E, R>(read: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TooSlow, R>
  }
>() {
  static readonly layer = (limits: Limits, rounds: Rounds) =>
    Layer.effect(
      Admission,
      Effect.map(LazyDatabase, ({ readsAtOnce }) => {
        const { answer, inAll, perAddress, ready } = limits
        const exports = new Places(1, limits.exports)
        const places = new Places(perAddress, inAll)
        const line = new Line<Turn>()
        const front = new Set<Turn>()
        // Where several can read, one of them is kept for `ahead`.
        const most = Math.max(1, readsAtOnce - 1)
        let reading = 0
        let wasAhead = false

        const next = (): Turn | undefined => {
          const free = reading < most
          const [first] = front
          if (first !== undefined && reading < readsAtOnce && !(wasAhead && free && !line.isEmpty)) {
            front.delete(first)
            wasAhead = true
            return first
          }
          if (!free) return undefined
          wasAhead = false
          return line.next()
        }

        const go = (): void => {
          for (let turn = next(); turn !== undefined; turn = next()) {
            reading += 1
            turn.state = "reading"
            turn.begin()
          }
        }

        const end = (turn: Turn): void => {
          const wasReading = turn.state === "reading"
          turn.state = "over"
          if (!wasReading) return
          const then = () => {
            reading -= 1
            go()
          }
          // SQLite's statements run in this process.
          if (readsAtOnce === 1) rounds.afterSockets(then, () => front.size > 0 || !line.isEmpty)
          else then()
        }

        /** Lets those that wait read first. Who has nobody to answer any more has no further turn. */
        const giveWay = (turn: Turn, stand: () => void, isGone: () => boolean): Effect.Effect<void> =>
          Effect.async((resume) => {
            turn.leave = () => undefined
            turn.begin = () => (isGone() ? end(turn) : resume(Effect.void))
            end(turn)
            turn.state = "waiting"
            stand()
            go()
          })

        const waited = <A, E, R>(
          millis: number,
          isGone: () => boolean,
          stand: (turn: Turn) => void,
          enter: (turn: Turn) => void,
          leave: (turn: Turn) => void,
          read: Effect.Effect<A, E, R>
        ): Effect.Effect<A, E | TooSlow, R> =>
          Effect.flatMap(Clock.currentTimeMillis, (arrived) =>
            Effect.acquireUseRelease(
              Effect.sync((): Turn => ({ state: "waiting", begin: () => undefined, leave: () => undefined })),
              (turn) =>
                Effect.async<void, TooSlow>((resume) => {
                  turn.begin = () => resume(Effect.void)
                  turn.leave = () => resume(new TooSlow())
                  stand(turn)
                  enter(turn)
                  go()
                }).pipe(
                  Effect.zipRight(Clock.currentTimeMillis),
                  // The timer of the deadline is late while a statement keeps the event loop.
                  Effect.flatMap((now): Effect.Effect<A, E | TooSlow, R> =>
                    now - arrived < millis
                      ? Effect.provideService(
                          read,
                          GiveWay,
                          giveWay(turn, () => stand(turn), isGone)
                        )
                      : new TooSlow()
                  )
                ),
              (turn) =>
                Effect.sync(() => {
                  leave(turn)
                  end(turn)
                })
            )
          ).pipe(Effect.timeoutFail({ duration: millis, onTimeout: () => new TooSlow() }))

        /** Reads in the line of all clients. */
        const lined = <A, E, R>({ client, response }: Reader, read: Effect.Effect<A, E, R>) => {
          let gone = () => {}
          return waited(
            answer,
            () => response.destroyed,
            (turn) => line.add(client, turn),
            (turn) => {
              gone = () => turn.leave()
              response.once("close", gone)
            },
            (turn) => {
              line.remove(client, turn)
              response.off("close", gone)
            },
            read
          )
        }

        return {
          inTurn: <A, E, R>(reader: Reader, read: Effect.Effect<A, E, R>) =>
            Effect.suspend((): Effect.Effect<A, E | TooBusy | TooSlow, R> => {
              // Nobody receives this.
              if (reader.response.destroyed) return new TooSlow()
              return places.take(reader.client, reader.response) ? lined(reader, read) : new TooBusy()
            }),
          further: <A, E, R>(reader: Reader, read: Effect.Effect<A, E, R>) =>
            Effect.suspend((): Effect.Effect<A, E | TooSlow, R> =>
              reader.response.destroyed ? new TooSlow() : lined(reader, read)
            ),
          exporting: <A, E, R>({ client, response }: Reader, whole: Effect.Effect<A, E, R>) =>
            Effect.suspend((): Effect.Effect<A, E | ExportsBusy | TooSlow, R> => {
              if (response.destroyed) return new TooSlow()
              if (!exports.take(client, response)) return new ExportsBusy()
              return Effect.timeoutFail(whole, { duration: limits.export, onTimeout: () => new TooSlow() })
            }),
          ahead: (read) =>
            waited(
              ready,
              () => false,
              (turn) => front.add(turn),
              () => undefined,
              (turn) => front.delete(turn),
              read
            )
        }
      })
    )
}
