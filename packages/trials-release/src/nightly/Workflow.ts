/** What a nightly workflow is made of. */
export interface WorkflowOptions {
  /** Names of registries, read one after the other. */
  readonly registries: ReadonlyArray<string>
  /** Names of settings that are secrets of the repository. Only the step that reads the registries has them. */
  readonly secrets: ReadonlyArray<string>
  /** When it runs, in UTC, as in `47 18 * * *`. */
  readonly cron: string
  /** How many minutes a night may take to collect; the first night may always take as long as GitHub lets it. Default 45. */
  readonly minutes?: number
  /** The lines of the script that brings the `trials` command onto PATH. */
  readonly packages: ReadonlyArray<string>
  /** A condition under which it runs at all, as in `vars.TRIALS_NIGHTLY == 'yes'`. */
  readonly condition?: string | undefined
  /** What the first line says of the file. */
  readonly origin: string
}

/** Where a repository has the workflow's steps that publish. */
export const scriptFile = ".github/trials/publish.mjs"

// Tags move, commits do not.
const actions = {
  checkout: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  setupNode: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  upload: "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
  download: "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1"
}

/** The most minutes of a job that leave GitHub's own limit, six hours, time to say what became of it. */
export const mostMinutes = 350

const indented = (lines: ReadonlyArray<string>, by: number): string =>
  lines.map((line) => `${" ".repeat(by)}${line}`).join("\n")

const start = `      - uses: ${actions.checkout}
        with:
          persist-credentials: false
      - uses: ${actions.setupNode}
        with:
          node-version: 22
          package-manager-cache: false`

const token = "GITHUB_TOKEN: ${{ github.token }}"

/**
 * The nightly workflow. The job *collect* has the key and may write nothing; the job *publish* may write, and has no key
 * and no packages. The state comes from the newest release and goes into the next.
 */
export const workflow = ({
  condition,
  cron,
  minutes = 45,
  origin,
  packages,
  registries,
  secrets
}: WorkflowOptions): string => `# ${origin}
#
# A night goes on from the newest release and becomes the next one, also when nothing changed or the run was not proven:
# the ledger is part of the state. The first night of all is started by hand, with "first" ticked.
name: Trials, nightly

on:
  schedule:
    - cron: "${cron}"
  workflow_dispatch:
    inputs:
      first:
        description: The first night of all, with no release to go on from
        type: boolean
        default: false
      from:
        description: Go on from this older release, as data-000122, because the newest was withdrawn
        type: string
        default: ""

permissions: {}

# A night that is late waits for the one before, and goes on from it.
concurrency:
  group: trials-nightly
  cancel-in-progress: false

defaults:
  run:
    shell: bash

jobs:
  collect:${condition === undefined ? "" : `\n    if: \${{ ${condition} }}`}
    runs-on: ubuntu-latest
    timeout-minutes: \${{ inputs.first && ${mostMinutes} || ${minutes} }}
    permissions:
      contents: read
    outputs:
      code: \${{ steps.sync.outputs.code }}
    env:
      # A database that is named is never started without --init: where the state is lost, the night stops.
      TRIALS_DATABASE_URL: sqlite:./data/trials.db
      PARENT: \${{ github.server_url }}/\${{ github.repository }}\${{ inputs.from && format('/releases/tag/{0}', inputs.from) || '' }}
    steps:
${start}
      - name: Refuse a public repository
        run: node ${scriptFile} check
        env:
          ${token}
          TRIALS_PUBLIC: \${{ vars.TRIALS_PUBLIC }}
      - name: Install
        run: |
${indented(packages, 10)}
      - name: Restore
        if: \${{ !inputs.first }}
        run: trials release restore "$PARENT"
        env:
          ${token}
      # Exit codes: 3 is quarantined, 4 failed. Both are in the ledger, and are handed on.
      - name: Sync
        id: sync
        run: |
          mkdir "$RUNNER_TEMP/night"
          code=0
          for registry in ${registries.join(" ")}; do
            status=0
            trials sync --registry "$registry" \${INIT:+"$INIT"} --json >> "$RUNNER_TEMP/night/runs.ndjson" || status=$?
            case "$status" in
              0) ;;
              3) code=3 ;;
              4) test "$code" = 3 || code=4 ;;
              *) exit "$status" ;;
            esac
          done
          echo "code=$code" >> "$GITHUB_OUTPUT"
        env:
${indented(
  [
    "INIT: ${{ inputs.first && '--init' || '' }}",
    ...secrets.map((name) => `${name}: \${{ secrets.${name} }}`)
  ],
  10
)}
      - name: Verify the database
        run: trials verify
      - name: Pack
        run: |
          trials release pack --parent "$PARENT" \${FIRST:+"$FIRST"} --out "$RUNNER_TEMP/night"
          trials release verify "$RUNNER_TEMP"/night/data-* --base "$PARENT"
        env:
          ${token}
          FIRST: \${{ inputs.first && '--first' || '' }}
      - uses: ${actions.upload}
        with:
          name: night
          path: \${{ runner.temp }}/night
          if-no-files-found: error
          compression-level: 0
          retention-days: 1

  publish:
    needs: collect
    if: \${{ always() && needs.collect.result != 'skipped' }}
    runs-on: ubuntu-latest
    timeout-minutes: 45
    permissions:
      actions: write
      contents: write
      issues: write
    steps:
${start}
      - uses: ${actions.download}
        if: \${{ needs.collect.result == 'success' }}
        with:
          name: night
          path: \${{ runner.temp }}/night
      - name: Publish
        id: publish
        if: \${{ needs.collect.result == 'success' }}
        run: node ${scriptFile} publish "$RUNNER_TEMP"/night/data-*
        env:
          ${token}
          TRIALS_PUBLIC: \${{ vars.TRIALS_PUBLIC }}
      - name: Summary
        if: \${{ always() && needs.collect.result == 'success' }}
        run: node ${scriptFile} summary "$RUNNER_TEMP/night/runs.ndjson"
      - name: Issue
        if: \${{ always() }}
        run: node ${scriptFile} issue "$RUNNER_TEMP/night/runs.ndjson"
        env:
          ${token}
          COLLECTED: \${{ needs.collect.result }}
          PUBLISHED: \${{ steps.publish.outcome }}
      # GitHub disables the schedules of a repository in which nothing happens for 60 days.
      - name: Enable
        if: \${{ always() }}
        run: node ${scriptFile} enable
        env:
          ${token}
      - name: Sweep
        if: \${{ needs.collect.result == 'success' }}
        run: node ${scriptFile} sweep
        env:
          ${token}
      - name: End as the sync did
        if: \${{ needs.collect.result == 'success' }}
        run: exit "$CODE"
        env:
          CODE: \${{ needs.collect.outputs.code }}
`
