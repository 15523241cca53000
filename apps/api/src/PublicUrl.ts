import { Either } from "effect"

const wrong = "must be an absolute http or https address without a query, as in https://example.org/trials"

/**
 * Parses the address that people use, with the prefix of its path. The slash at its end is dropped, so that paths can follow it.
 * Left says what is wrong.
 */
export const parse = (text: string): Either.Either<string, string> => {
  // The parser alone would also take `http:example.org`, and an empty query.
  if (!/^https?:\/\/[^?#]+$/i.test(text) || !URL.canParse(text)) return Either.left(wrong)
  const { href, password, username } = new URL(text)
  return username === "" && password === "" ? Either.right(href.replace(/\/+$/, "")) : Either.left(wrong)
}
