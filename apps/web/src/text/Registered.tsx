import type { ComponentChildren } from "preact"

const languagesOf = new Map([
  ["kdca", "ko"],
  ["ctgov", "en"]
])

/** The language that a registry writes in; undefined where it is not known. */
export const languageOfRegistry = (registry: string): string | undefined => languagesOf.get(registry)

/** What a registry wrote, as it wrote it: in its own language and direction, which end where it ends. */
export const Registered = ({
  children,
  registry
}: {
  readonly children: ComponentChildren
  readonly registry: string
}) => (
  <bdi class="registered" dir="auto" lang={languageOfRegistry(registry)}>
    {children}
  </bdi>
)
