// Which exports of public modules have no sentence (CONTRIBUTING.md). It reads the sources without their types, so it
// takes a second; the reference, which `npm run docs:api` makes of the same modules, takes minutes.
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import ts from "typescript"
import { root } from "./prepare.mjs"

const read = (file) => readFileSync(join(root, file), "utf8")

/** The packages of the reference. */
const folders = JSON.parse(read("typedoc.json")).entryPoints

/** The sources of a package's public modules. */
const publicModules = (folder) =>
  Object.values(JSON.parse(read(`${folder}/package.json`)).exports)
    // A file of a sample has no types.
    .filter(({ types }) => types !== undefined)
    .map(({ types }) => join(folder, types.replace("/dist/", "/src/").replace(/\.d\.ts$/, ".ts")))

const hasSentence = (node) =>
  ts
    .getJSDocCommentsAndTags(node)
    .some((doc) => ts.isJSDoc(doc) && (doc.comment !== undefined || doc.tags?.some(isInternal)))

const isInternal = ({ tagName }) => tagName.text === "internal"

const has = (node, kind) => node.modifiers?.some((modifier) => modifier.kind === kind) === true

/** What a statement declares: each name, and whether it has a sentence. The static members of a class have names too. */
const declared = (statement) => {
  const one = (name, node) => ({ name, node, documented: hasSentence(node) })
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => one(name.text, statement))
  if (statement.name === undefined) return []
  const members = ts.isClassDeclaration(statement)
    ? statement.members.filter((member) => has(member, ts.SyntaxKind.StaticKeyword))
    : []
  const { text } = statement.name
  return [one(text, statement), ...members.map((member) => one(`${text}.${member.name.text}`, member))]
}

const known = new Map()

/** What a module exports, by name. */
const exported = (file) => {
  if (!known.has(file)) known.set(file, exportedAnew(file))
  return known.get(file)
}

const exportedAnew = (file) => {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)
  const at = ({ node, ...one }) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    return { ...one, at: `${file}:${line + 1}` }
  }
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) {
      return has(statement, ts.SyntaxKind.ExportKeyword) ? declared(statement).map(at) : []
    }
    // What this module itself imports and hands on has its sentence where it is declared, as has what is another package's.
    if (!statement.moduleSpecifier?.text.startsWith(".")) return []
    const all = exported(join(dirname(file), statement.moduleSpecifier.text.replace(/\.js$/, ".ts")))
    const { exportClause } = statement
    if (exportClause === undefined || ts.isNamespaceExport(exportClause)) return all
    const names = exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
    return all.filter(({ name }) => names.includes(name.split(".")[0]))
  })
}

/** Every export without a sentence. A type beside a schema of the same name shares the schema's. */
const undocumentedOf = (file) => {
  const all = exported(file)
  const documented = new Set(all.filter((one) => one.documented).map(({ name }) => name))
  return all.filter(({ name }) => !documented.has(name)).map(({ at, name }) => `${at} ${name}`)
}

/** What is wrong with the exports; null where nothing is. */
export const undocumented = async () => {
  const found = new Set(folders.flatMap(publicModules).flatMap(undocumentedOf))
  return found.size === 0 ? null : [...found].map((one) => `${one} has no sentence`).join("\n")
}
