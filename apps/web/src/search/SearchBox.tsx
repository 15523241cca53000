import type { Visit } from "../Page.js"

/** A field for words, which leads to the search. */
export const SearchBox = ({
  button,
  label,
  visit
}: {
  readonly button: string
  readonly label: string
  readonly visit: Visit
}) => (
  <form class="searchbox" role="search" action={visit.to("/search")} method="get">
    <label for="words">{label}</label>
    <div class="row">
      <input id="words" type="search" name="q" maxlength={500} />
      <button type="submit">{button}</button>
    </div>
  </form>
)
