import { connect, Socket } from "node:net"
import { Client, type ClientConfig } from "pg"

// https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST
const cancelCode = 80_877_102

// Longest wait, in milliseconds, for a server or a pooler to take a request to cancel.
const cancelPatience = 1000

declare module "pg" {
  interface Client {
    /** What a connection says when it starts. */
    getStartupConf(): Record<string, string>
  }
}

/**
 * A connection that starts without settings, because poolers drop them or refuse it for them, and whose statement can be
 * cancelled through a pooler too: by the key that came with the connection, not by the number of a server process.
 */
export class PostgresSession extends Client {
  #key: { readonly processID: number; readonly secretKey: number } | undefined

  constructor(config?: string | ClientConfig) {
    super(config)
    this.connection.once("backendKeyData", (key) => (this.#key = key))
  }

  override getStartupConf(): Record<string, string> {
    // The driver would send what PGOPTIONS and PGREPLICATION say.
    const { options: _, replication: __, ...conf } = super.getStartupConf()
    return conf
  }

  /** Another connection to the same server: one name may have several. */
  #open(): Socket {
    const { stream } = this.connection
    const address = stream instanceof Socket ? stream.remoteAddress : undefined
    return this.host.startsWith("/")
      ? connect(`${this.host}/.s.PGSQL.${this.port}`)
      : connect(this.port, address ?? this.host)
  }

  /** Asks the server to cancel what runs here. Resolves when it has taken the request, or cannot be reached. */
  cancelStatement(): Promise<void> {
    const key = this.#key
    if (key === undefined) return Promise.resolve()
    const request = Buffer.alloc(16)
    for (const [n, word] of [16, cancelCode, key.processID, key.secretKey].entries()) {
      request.writeInt32BE(word, n * 4)
    }
    return new Promise((resolve) => {
      const socket = this.#open()
      socket.setTimeout(cancelPatience, () => socket.destroy())
      socket.on("error", () => socket.destroy())
      socket.on("close", () => resolve())
      socket.resume()
      // The other side hangs up: a pooler forgets the request of a client that does so first.
      socket.write(request)
    })
  }
}
