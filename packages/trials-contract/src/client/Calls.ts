import type { StandardSchemaV1 } from "@standard-schema/spec"
import type { contract } from "../contract.js"
import type { Open } from "../Open.js"
import type { Problem } from "../Problem.js"
import type { OperationId } from "../Routes.js"

/** What `fetch` takes besides the method and the body, as in `{ signal, credentials, headers }`. */
export type FetchOptions = Omit<RequestInit, "method" | "body">

type Contract = typeof contract

type CallIn<Group> = Group[keyof Group]

type AnyCall = { [Group in keyof Contract]: CallIn<Contract[Group]> }[keyof Contract]

/** Each call of the contract, by its operation id. */
export type CallsById = { [Id in OperationId]: Extract<AnyCall, { readonly operationId: Id }> }

// As it is sent: the schemas transform nothing, and an instant is a text of no special type.
type Sent<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : never

/** The body of a call's answer. */
export type BodyOf<Call> = Call extends { readonly responses: { readonly 200: infer Schema } }
  ? Sent<Schema>
  : never

type InputOf<Call, Part extends string> =
  Call extends Readonly<Record<Part, infer Schema extends StandardSchemaV1>>
    ? StandardSchemaV1.InferInput<Schema>
    : Record<never, never>

/** What a server decodes of a part of a call. */
export type DecodedOf<Call, Part extends string> =
  Call extends Readonly<Record<Part, infer Schema extends StandardSchemaV1>>
    ? StandardSchemaV1.InferOutput<Schema>
    : Record<never, never>

// An argument that is undefined is not sent.
type Loose<Input> = {
  readonly [Name in keyof Input]: Record<never, never> extends Pick<Input, Name>
    ? Input[Name] | undefined
    : Input[Name]
}

// Nothing where there is nothing to ask: the contract says so by no field, or by fields of any name and no value.
type Argument<Name extends string, Input> = [keyof Input] extends [never]
  ? unknown
  : string extends keyof Input
    ? unknown
    : Record<never, never> extends Input
      ? { readonly [Each in Name]?: Loose<Input> | undefined }
      : { readonly [Each in Name]: Loose<Input> }

type Flat<Type> = { [Name in keyof Type]: Type[Name] }

/** What a call takes. */
type Arguments<Call> = Flat<
  Argument<"params", InputOf<Call, "pathParams">> &
    Argument<"query", InputOf<Call, "query">> & { readonly fetchOptions?: FetchOptions | undefined }
>

/** What a call answers, told apart by `status`. Its codes are those of the contract and `Other`. */
type Answer<Call, Other extends string> = Call extends { readonly responses: infer Responses }
  ? {
      [Status in keyof Responses & number]: {
        readonly url: string
        readonly status: Status
        readonly body: Status extends 200 ? Open<BodyOf<Call>, Other> : Problem
        readonly headers: Headers
      }
    }[keyof Responses & number]
  : never

type Asking<Call, Result> =
  Record<never, never> extends Arguments<Call>
    ? (args?: Arguments<Call>) => Promise<Result>
    : (args: Arguments<Call>) => Promise<Result>

/** The calls of the API. Each gives its answer, whatever the API says. */
export type Calls<Other extends string> = {
  readonly [Group in keyof Contract]: {
    readonly [Name in keyof Contract[Group]]: Asking<
      Contract[Group][Name],
      Answer<Contract[Group][Name], Other>
    >
  }
}

/** The calls of the API. Each gives the body, and throws a refusal. */
export type ThrowingCalls<Other extends string> = {
  readonly [Group in keyof Contract]: {
    readonly [Name in keyof Contract[Group]]: Asking<
      Contract[Group][Name],
      Open<BodyOf<Contract[Group][Name]>, Other>
    >
  }
}
