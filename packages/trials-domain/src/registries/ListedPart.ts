/**
 * The part of a record that its registry's list carries, in a form that can be compared: of a row of the list, and of the
 * whole record, it is the same as long as the list shows no change.
 *
 * @module
 */
import { hash } from "node:crypto"
import { deepest } from "../model/Json.js"
import type { Registry, RegistryRecord } from "./Registry.js"

/** The paths of a registry as a tree, its names sorted: what is at the end of a path (null) is taken whole. */
type Tree = ReadonlyArray<readonly [name: string, rest: Tree | null]>

const treeOf = (paths: ReadonlyArray<string>): Tree => {
  const branches = new Map<string, Array<string> | null>()
  for (const path of paths) {
    const dot = path.indexOf(".")
    const name = dot === -1 ? path : path.slice(0, dot)
    const known = branches.get(name)
    if (dot === -1) branches.set(name, null)
    else if (known !== null) branches.set(name, [...(known ?? []), path.slice(dot + 1)])
  }
  return [...branches]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rest]) => [name, rest === null ? null : treeOf(rest)] as const)
}

type Values = Readonly<Record<string, unknown>>

const member = (name: string, text: string): string => (text === "" ? "" : `${JSON.stringify(name)}:${text}`)

const joined = (parts: ReadonlyArray<string>, [open, close]: readonly [string, string]): string => {
  const said = parts.filter((part) => part !== "")
  return said.length === 0 ? "" : `${open}${said.join()}${close}`
}

/**
 * A text that is equal for equal values, whatever the order of their keys; "" for what says nothing: null, "", and lists
 * and objects of nothing else. Where a tree is given, only what it names counts.
 */
const textOf = (value: unknown, tree: Tree | null, left: number): string => {
  if (value === undefined || value === null || value === "") return ""
  if (typeof value !== "object") return JSON.stringify(value)
  if (left === 0) return "…"
  if (Array.isArray(value)) {
    return joined(
      value.map((item) => textOf(item, tree, left - 1)),
      ["[", "]"]
    )
  }
  const members = value as Values // an object's values may be anything
  const named =
    tree ??
    Object.keys(members)
      .sort()
      .map((name) => [name, null] as const)
  return joined(
    named.map(([name, rest]) =>
      Object.hasOwn(members, name) ? member(name, textOf(members[name], rest, left - 1)) : ""
    ),
    ["{", "}"]
  )
}

/** Makes the SHA-256 in hex of what a registry's list carries of a record. */
export const digester = ({ listed }: Pick<Registry, "listed">): ((record: RegistryRecord) => string) => {
  const tree = treeOf(listed)
  return (record) => hash("sha256", textOf(record, tree, deepest))
}

/** So much of a digest is kept of each trial, in hex. */
const kept = 32

/** A digest as it is kept. */
export const shortDigest = (digest: string): string => digest.slice(0, kept)
