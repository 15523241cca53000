import type { Visit } from "../Page.js"
import { labelOf } from "./ParameterLabel.js"
import { Told } from "./Told.js"
import type { Wrong } from "./Wrong.js"

/** Each parameter that cannot be what it is, and what to do about it. */
export const WrongList = ({ visit, wrong }: { readonly visit: Visit; readonly wrong: Wrong }) => (
  <ul>
    {[...wrong].map(([name, detail]) => (
      <li key={name}>
        <strong>{labelOf(visit.language, name)}</strong>:{" "}
        <Told parameter={name} detail={detail} visit={visit} />
      </li>
    ))}
  </ul>
)
