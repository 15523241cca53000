/** The types that this project uses: the package has none of its own. */
declare module "openapi-to-postmanv2" {
  interface Conversion {
    readonly result: boolean
    readonly reason?: string
    readonly output?: ReadonlyArray<{ readonly type: string; readonly data: object }>
  }
  const converter: {
    readonly convertV2: (
      input: { readonly type: "json"; readonly data: object },
      options: {
        readonly folderStrategy: "Paths" | "Tags"
        readonly parametersResolution: "Example" | "Schema"
        readonly enableOptionalParameters: boolean
      },
      done: (error: Error | null, result?: Conversion) => void
    ) => void
  }
  export default converter
}
