import type { Visit, View } from "../Page.js"

/** A whole document. */
export const Layout = ({ view, visit }: { readonly view: View; readonly visit: Visit }) => (
  <html lang={visit.language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{view.title}</title>
      <meta name="description" content={view.description} />
      <link rel="stylesheet" href={visit.at("/web/style.css")} />
    </head>
    <body>
      <main>{view.body}</main>
    </body>
  </html>
)
