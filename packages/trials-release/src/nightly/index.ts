/**
 * The nightly workflow on GitHub Actions.
 *
 * @module
 */
export { mostMinutes, scriptFile, workflow, type WorkflowOptions } from "./Workflow.js"
