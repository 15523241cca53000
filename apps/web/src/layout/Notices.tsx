import type { LayoutProps } from "./Layout.js"
import { type About, words } from "./Words.js"

const Notice = ({ text: [before, name, after] }: { readonly text: About }) => (
  <p class="notice">
    {before}
    <code>{name}</code>
    {after}
  </p>
)

/** What of the address has no effect. */
export const Notices = ({ repeated, unknown, visit }: LayoutProps) => {
  const { repeated: twice, unknown: notKnown } = words[visit.language]
  return (
    <>
      {unknown.map((name) => (
        <Notice key={name} text={notKnown(name)} />
      ))}
      {repeated.map((name) => (
        <Notice key={name} text={twice(name)} />
      ))}
    </>
  )
}
