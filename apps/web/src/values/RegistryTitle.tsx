import type { Visit } from "../Page.js"
import { SaidTitle } from "./SaidText.js"

/** Registries by their names, as the API lists them. */
export type Registries = ReadonlyArray<{ readonly name: string; readonly title: string }>

/** What a registry calls itself; its short name where it is not known. */
export const registryTitle = (registries: Registries, name: string): string =>
  registries.find((each) => each.name === name)?.title ?? name

/** What a registry calls itself, in its own language. */
export const RegistryName = ({ name, registries }: Omit<RegistryLinkProps, "visit">) => (
  <SaidTitle registry={name} text={registryTitle(registries, name)} />
)

/** A registry as a link to what is known of it. */
export const RegistryLink = ({ name, registries, visit }: RegistryLinkProps) => (
  <a href={visit.to(`/registries/${encodeURIComponent(name)}`)}>
    <RegistryName registries={registries} name={name} />
  </a>
)

interface RegistryLinkProps {
  readonly visit: Visit
  readonly registries: Registries
  readonly name: string
}
