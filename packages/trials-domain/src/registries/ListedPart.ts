/**
 * The part of a record that its registry's list carries, in a form that can be compared: of a row of the list, and of the
 * whole record, it is the same as long as the list shows no change.
 *
 * @module
 */
import { hash } from "node:crypto"
import { comparable } from "../model/Json.js"
import type { Registry, RegistryRecord } from "./Registry.js"

/** The paths of a registry as a tree: what is at the end of a path is taken whole. */
interface Tree extends ReadonlyMap<string, Tree | null> {}

const treeOf = (paths: ReadonlyArray<string>): Tree => {
  const tree = new Map<string, Tree | null>()
  const branches = new Map<string, Array<string>>()
  for (const path of paths) {
    const dot = path.indexOf(".")
    const name = dot === -1 ? path : path.slice(0, dot)
    if (dot === -1) tree.set(name, null)
    else branches.set(name, [...(branches.get(name) ?? []), path.slice(dot + 1)])
  }
  for (const [name, rest] of branches) if (!tree.has(name)) tree.set(name, treeOf(rest))
  return tree
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A value without what says nothing: null, "", [], {}, and lists and objects of nothing else; undefined for such. */
const pruned = (value: unknown): unknown => {
  if (value === null || value === "") return undefined
  if (Array.isArray(value)) {
    const items = value.map(pruned).filter((item) => item !== undefined)
    return items.length === 0 ? undefined : items
  }
  if (!isObject(value)) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = pruned(member)
    return kept === undefined ? [] : [[name, kept] as const]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

const taken = (tree: Tree, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => taken(tree, item))
  if (!isObject(value)) return undefined
  const part: Record<string, unknown> = {}
  for (const [name, rest] of tree) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined
    if (member !== undefined) part[name] = rest === null ? member : taken(rest, member)
  }
  return part
}

/** Makes a digest of what a registry's list carries of a record (32 characters); the order of keys does not count. */
export const digester = ({ listed }: Pick<Registry, "listed">): ((record: RegistryRecord) => string) => {
  const tree = treeOf(listed)
  return (record) => hash("sha256", comparable(pruned(taken(tree, record)) ?? null), "base64url").slice(0, 32)
}
