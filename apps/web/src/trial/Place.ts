/** Which trial is asked for. */
export interface Place {
  readonly registry: string
  readonly id: string
}

/** Reads which trial is asked for from the parts of a path. */
export const placeOf = ({ id = "", registry = "" }: Readonly<Record<string, string>>): Place => ({
  registry,
  id
})
