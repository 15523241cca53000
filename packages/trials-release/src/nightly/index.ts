/**
 * The nightly workflow on GitHub Actions.
 *
 * @module
 */
export { scriptFile, workflow, type WorkflowOptions } from "./Workflow.js"
