import { Either } from "effect"
import { bucketOf } from "../../model/AuditBucket.js"
import { toText } from "../../model/Content.js"
import type { TrialContent } from "../../model/Trial.js"
import { map } from "../../pipeline/Mapping.js"
import { ctgov } from "../../registries/ctgov/Ctgov.js"
import { digester } from "../../registries/ListedPart.js"
import type { CtgovUpstream } from "../CtgovUpstream.js"

/** What a night should find. */
export interface Found {
  /** The versions it writes, as `<id> <kind>`, and `silent` for a silent edit; in order. */
  readonly versions: ReadonlyArray<string>
  readonly missed: number
  /** The trials whose record the registry does not serve, though its list shows that it moved. */
  readonly lacking: ReadonlyArray<string>
}

/** How a night reads. */
export interface Reading {
  /** The day of the data that it names. */
  readonly day: number
  /** The part that it audits; null for all of it. */
  readonly bucket: number | null
  /** The day on which it read the whole record of a trial, where that is another one. */
  readonly readOn?: (id: string) => number
}

const listing = digester(ctgov)

/** What a database of an upstream's studies should hold, night by night, from what the upstream says of its days. */
export class CtgovNights {
  readonly upstream: CtgovUpstream
  /** The day of the last night. */
  private last: number | null = null
  /** The trials whose stored record is older than the last night, and differs: of which day it is. */
  private readonly owed = new Map<string, number>()
  private readonly lacking = new Set<string>()
  /** Those of the owed of which nothing but the markup differs. */
  private readonly rewritten = new Set<string>()
  /** The trials that are not listed: of which day their record is, and whether they have disappeared. */
  private readonly away = new Map<string, { readonly day: number; readonly isGone: boolean }>()

  constructor(upstream: CtgovUpstream) {
    this.upstream = upstream
  }

  private contentOf(id: string, day: number): TrialContent {
    const mapped = map(ctgov, this.upstream.study(id, day))
    if (Either.isLeft(mapped)) throw new Error(`${id} cannot be read: ${mapped.left.reason}`)
    return mapped.right.content
  }

  private listingOf(id: string, day: number): string {
    return listing(this.upstream.study(id, day))
  }

  /** The content, as text, that a trial should have after the last night. */
  textOf(id: string): string {
    return toText(this.contentOf(id, this.owed.get(id) ?? this.away.get(id)?.day ?? this.last ?? 0))
  }

  /** The first night. */
  first(day: number): Found {
    this.last = day
    return { versions: [...this.upstream.ids(day)].map((id) => `${id} created`), missed: 0, lacking: [] }
  }

  /** A later night, on the same day or a later one. */
  next({ bucket, day, readOn = () => day }: Reading): Found {
    const from = this.last ?? day
    const expected = this.upstream.expected(from, day)
    const versions: Array<string> = []
    const unserved = new Set(expected.unserved)
    let missed = 0
    if (from !== day) {
      for (const [id, { day: seen, isGone }] of this.away) {
        if (isGone || expected.returned.includes(id)) continue
        versions.push(`${id} disappeared`)
        this.away.set(id, { day: seen, isGone: true })
      }
      for (const id of expected.missing) {
        missed += 1
        this.away.set(id, { day: this.owed.get(id) ?? from, isGone: false })
        this.owed.delete(id)
        this.rewritten.delete(id)
        this.lacking.delete(id)
      }
      versions.push(...expected.created.map((id) => `${id} created`))
    }
    const created = new Set(expected.created)
    const special = new Set([...expected.edited.map(({ id }) => id), ...expected.returned])
    for (const id of special) this.rewritten.delete(id)
    if (expected.reingested) {
      for (const id of this.upstream.ids(day)) {
        if (special.has(id) || created.has(id) || this.owed.has(id)) continue
        this.owed.set(id, from)
        this.rewritten.add(id)
      }
    }
    for (const id of this.rewritten) {
      if (bucket !== null && bucketOf(id) !== bucket) continue
      versions.push(`${id} edited silent`)
      this.rewritten.delete(id)
      this.owed.delete(id)
    }
    for (const id of new Set([...special, ...this.owed.keys()])) {
      if (this.rewritten.has(id)) continue
      if (created.has(id)) continue
      const away = this.away.get(id)
      if (away !== undefined && !expected.returned.includes(id)) continue
      const base = away?.day ?? this.owed.get(id) ?? from
      if (away?.isGone === true) versions.push(`${id} reappeared`)
      this.away.delete(id)
      const isCalled = this.lacking.has(id) || this.listingOf(id, base) !== this.listingOf(id, day)
      const isRead = (isCalled || bucket === null || bucketOf(id) === bucket) && !unserved.has(id)
      const read = isRead ? readOn(id) : base
      const [before, after] = [this.contentOf(id, base), this.contentOf(id, read)]
      if (toText(before) !== toText(after)) {
        const isSilent = before.registryUpdatedDate === after.registryUpdatedDate
        versions.push(`${id} edited${isSilent ? " silent" : ""}`)
      }
      if (read === day || toText(after) === toText(this.contentOf(id, day))) this.owed.delete(id)
      else this.owed.set(id, read)
      if (isCalled && !isRead) this.lacking.add(id)
      else this.lacking.delete(id)
    }
    this.last = day
    return { versions: versions.sort(), missed, lacking: [...this.lacking].sort() }
  }
}
