import type { Page } from "../Page.js"

/** The first page. */
export const home: Page = {
  path: "",
  parameters: [],
  section: "home",
  show: async ({ client, to }) => {
    const { items } = await client.orThrow.registries.list()
    return {
      title: "Trials",
      description: "What changed in registries of clinical trials.",
      body: (
        <>
          <h1>Trials</h1>
          <ul>
            {items.map(({ name, title }) => (
              <li key={name}>
                <a href={to(`/registries/${name}`)}>{title}</a>
              </li>
            ))}
          </ul>
        </>
      )
    }
  }
}
