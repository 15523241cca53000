/**
 * Which trials an index of terms finds, as an expression that each engine has its own language for.
 *
 * @module
 */

/** A term that a trial has; with `prefix`, any that begins with it. */
export interface Term {
  readonly term: string
  readonly prefix?: true
}

/** Terms that a trial has: all of them, any of them, or the first and none of the others. */
export type Expression =
  | Term
  | { readonly all: ReadonlyArray<Expression> }
  | { readonly any: ReadonlyArray<Expression> }
  | { readonly only: Expression; readonly not: ReadonlyArray<Expression> }

/** All of some expressions. */
export const all = (each: ReadonlyArray<Expression>): Expression => {
  const [one] = each
  return one !== undefined && each.length === 1 ? one : { all: each }
}

/** Any of some expressions. */
export const any = (each: ReadonlyArray<Expression>): Expression => {
  const [one] = each
  return one !== undefined && each.length === 1 ? one : { any: each }
}

/** An expression without what others find. */
export const without = (only: Expression, not: ReadonlyArray<Expression>): Expression =>
  not.length === 0 ? only : { only, not }

/** The expressions that all have to be found, for one to be. */
export const conjunctsOf = (expression: Expression): ReadonlyArray<Expression> => {
  if ("all" in expression) return expression.all.flatMap(conjunctsOf)
  return "only" in expression ? conjunctsOf(expression.only) : [expression]
}

const joined = (
  each: ReadonlyArray<Expression>,
  by: string,
  told: (expression: Expression) => string
): string => `(${each.map(told).join(by)})`

/** The prefixes of an expression. */
export const prefixesOf = (expression: Expression): ReadonlyArray<string> => {
  if ("term" in expression) return expression.prefix === true ? [expression.term] : []
  if ("all" in expression) return expression.all.flatMap(prefixesOf)
  if ("any" in expression) return expression.any.flatMap(prefixesOf)
  return [expression.only, ...expression.not].flatMap(prefixesOf)
}

/** An expression with other terms in place of prefixes: `of` gives them, or null for a prefix that stays. */
export const replaced = (
  expression: Expression,
  of: (prefix: string) => ReadonlyArray<string> | null
): Expression => {
  const each = (some: ReadonlyArray<Expression>) => some.map((one) => replaced(one, of))
  if ("term" in expression) {
    const terms = expression.prefix === true ? of(expression.term) : null
    return terms === null ? expression : any(terms.map((term) => ({ term })))
  }
  if ("all" in expression) return all(each(expression.all))
  if ("any" in expression) return any(each(expression.any))
  return without(replaced(expression.only, of), each(expression.not))
}

// A term has letters, digits, `:` and `_`, and none that either language reads as its own.

/** The expression in the language of FTS5. */
export const toFts = (expression: Expression): string => {
  if ("term" in expression) return `"${expression.term}"${expression.prefix === true ? " *" : ""}`
  if ("all" in expression) return joined(expression.all, " AND ", toFts)
  if ("any" in expression) return joined(expression.any, " OR ", toFts)
  return `(${toFts(expression.only)} NOT ${joined(expression.not, " OR ", toFts)})`
}

/** The expression in the language of `tsquery`. */
export const toTsquery = (expression: Expression): string => {
  if ("term" in expression) return `'${expression.term}'${expression.prefix === true ? ":*" : ""}`
  if ("all" in expression) return joined(expression.all, " & ", toTsquery)
  if ("any" in expression) return joined(expression.any, " | ", toTsquery)
  return `(${toTsquery(expression.only)} & !${joined(expression.not, " | ", toTsquery)})`
}

/** Whether the terms of a trial are what the expression says. */
export const isFound = (expression: Expression, terms: ReadonlySet<string>): boolean => {
  if ("term" in expression) {
    if (terms.has(expression.term)) return true
    if (expression.prefix !== true) return false
    for (const term of terms) if (term.startsWith(expression.term)) return true
    return false
  }
  if ("all" in expression) return expression.all.every((each) => isFound(each, terms))
  if ("any" in expression) return expression.any.some((each) => isFound(each, terms))
  return isFound(expression.only, terms) && !expression.not.some((each) => isFound(each, terms))
}
