/**
 * The answers of the API, from a database and without a server: what each call of the contract asks of the library, and a
 * `fetch` that answers them within this process.
 *
 * @module
 */
export { fetchOf, type Question, settled, Unanswered } from "./Fetch.js"
export { layer, type Queries } from "./Queries.js"
export { type ErrorOf, type Questions, questions } from "./Questions.js"
export { type QuestionError, type Refusal, refusalOf } from "./Refusal.js"
