/** The scheme and the authority of an absolute address, as proxies send it. */
const authority = /^https?:\/\/[^/?#]+/i

/** The target of a request in origin form, a path and its query; null where it is neither that nor absolute. */
export const originForm = (target: string): string | null => {
  const rest = target.replace(authority, "")
  if (rest.startsWith("/")) return rest
  // An absolute address may leave out the path.
  return rest !== target && (rest === "" || rest.startsWith("?")) ? `/${rest}` : null
}
