/** Whether a value of JSON is an object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A text that two values of JSON share where they are equal; an API writes the members of an object in one order. */
export const jsonText = (value: unknown): string => JSON.stringify(value) ?? "null"
