// The steps of the nightly workflow that publish a release on GitHub: Node alone, no packages. Written by
// `trials init ci`, which also brings it up to date; its sources are packages/trials-release/src/nightly.

// src/github/GitHubError.ts
var GitHubError = class extends Error {
  name = "GitHubError";
  reason;
  constructor(reason, message) {
    super(message);
    this.reason = reason;
  }
};

// src/nightly/Steps.ts
import { appendFile } from "node:fs/promises";

// src/github/GitHubApi.ts
import { setTimeout as sleep } from "node:timers/promises";

// src/Patience.ts
var inTime = (what, patience) => {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("silence")), patience);
  });
  return Promise.race([what, silence]).finally(() => clearTimeout(timer));
};
var patient = (body, patience, broken2) => {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await inTime(reader.read(), patience);
        if (done) controller.close();
        else controller.enqueue(value);
      } catch {
        void reader.cancel().catch(() => void 0);
        controller.error(broken2());
      }
    },
    cancel: (reason) => reader.cancel(reason)
  });
};

// src/github/GitHubFailure.ts
var unreachable = (message) => new GitHubError("unreachable", `${message} Try again later.`);
var broken = (host) => unreachable(`${host} could not be reached, or broke off.`);
var odd = (host) => unreachable(`${host} answered with something else than GitHub's API does.`);
var passing = (error, after = 0) => ({
  error,
  passing: true,
  untouched: false,
  after
});
var final = (reason, message) => ({
  error: new GitHubError(reason, message),
  passing: false,
  untouched: false,
  after: 0
});
var longest = 200;
var said = async (response, token) => {
  try {
    const body = await response.json();
    const errors = Array.isArray(body.errors) ? body.errors : [];
    return [body.message, ...errors.flatMap(({ code, field }) => [field, code])].filter((part) => typeof part === "string" && part !== "").join(" ").replaceAll(token ?? "\0", "…").slice(0, longest);
  } catch {
    return "";
  }
};
var seconds = (text2) => Math.max(0, Number(text2 ?? 0) * 1e3 || 0);
var failureOf = async (response, { token, url }) => {
  const { headers, status } = response;
  const text2 = await said(response, token);
  const about = `${url.host} answered ${status}${text2 === "" ? "" : ` (${text2})`}`;
  const spent = headers.get("x-ratelimit-remaining") === "0";
  if (status === 429 || status === 403 && (spent || headers.has("retry-after"))) {
    const hint = token !== void 0 ? "" : " It allows more where GITHUB_TOKEN is set.";
    const reset = spent ? seconds(headers.get("x-ratelimit-reset")) - Date.now() : 0;
    const after = Math.max(seconds(headers.get("retry-after")), reset);
    return {
      ...passing(unreachable(`${about}: too many requests.${hint}`), after),
      untouched: true
    };
  }
  if (status >= 500 || status === 408) {
    return passing(unreachable(`${about}.`), seconds(headers.get("retry-after")));
  }
  if (status === 404 || status === 422 && text2.includes("does not exist")) {
    const hidden = token !== void 0 ? "A token that does not reach the repository is told the same." : "A private repository needs GITHUB_TOKEN.";
    return final("none", `There is nothing at ${url.host}${url.pathname}. ${hidden}`);
  }
  if (status === 401) {
    return final("refused", `${about}: the token is wrong or has expired. Set GITHUB_TOKEN to a valid one.`);
  }
  if (status === 403) {
    return final("refused", `${about}: the token in GITHUB_TOKEN does not allow it. Give it the permission.`);
  }
  return final(text2.includes("already_exists") ? "taken" : "refused", `${about}.`);
};

// src/github/GitHubApi.ts
var tries = 4;
var longestPause = 9e4;
var slowest = 50;
var redirects = /* @__PURE__ */ new Set([301, 302, 303, 307, 308]);
var bodyOf = ({ file, json }) => file !== void 0 ? {
  body: file.stream(),
  // The types of Node 20 do not have it, and its fetch asks for it.
  duplex: "half",
  headers: { "content-type": "application/octet-stream", "content-length": String(file.size) }
} : json !== void 0 ? { body: JSON.stringify(json), headers: { "content-type": "application/json" } } : {};
var GitHubApi = class {
  base;
  settings;
  patience;
  constructor(settings = {}) {
    this.base = (settings.api ?? "https://api.github.com").replace(/\/+$/, "");
    this.settings = settings;
    this.patience = settings.patience ?? 6e4;
  }
  /** The JSON that GitHub answers; null where it answers without a body. `path` is a path of the API, or a whole address. */
  async json(path, asking = {}) {
    const url = this.urlOf(path);
    return this.parsed(await this.send(url, asking), url);
  }
  /** The elements of all pages of a list. */
  async pages(path) {
    const all = [];
    for (let next = this.urlOf(path); next !== null; ) {
      const response = await this.send(next, {});
      const page = await this.parsed(response, next);
      if (!Array.isArray(page)) throw odd(next.host);
      all.push(...page);
      const [, link] = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "") ?? [];
      next = link === void 0 ? null : new URL(link, next);
    }
    return all;
  }
  /** The bytes of an answer. They end with a `GitHubError` where they stop before their end. */
  async bytes(path) {
    const url = this.urlOf(path);
    return this.guarded(await this.send(url, { accept: "application/octet-stream" }), url);
  }
  urlOf(path) {
    return new URL(path.startsWith("/") ? `${this.base}${path}` : path);
  }
  async send(url, asking) {
    const repeatable = asking.method !== "POST";
    for (let n = 1; ; n += 1) {
      const answer = await this.once(url, asking);
      if (!("error" in answer)) return answer;
      const again = answer.untouched || repeatable && answer.passing;
      if (!again || n === tries || answer.after > longestPause) throw answer.error;
      const pause = (this.settings.pause ?? 1e3) * 2 ** (n - 1);
      await sleep(Math.max(answer.after, pause * (0.5 + Math.random() / 2)));
    }
  }
  /** One try. Redirects are followed by hand, so that none carries the token to another host. */
  async once(url, asking) {
    const { method = "GET" } = asking;
    const token = this.settings.token === "" ? void 0 : this.settings.token;
    const within = this.patience + (asking.file?.size ?? 0) / slowest;
    let at = url;
    for (let hop = 0; hop < 4; hop += 1) {
      const { headers, ...body } = bodyOf(asking);
      const sent = new Headers(headers);
      sent.set("user-agent", "trials-release");
      sent.set("accept", asking.accept ?? "application/vnd.github+json");
      const own = new URL(this.base);
      if (at.origin === own.origin || asking.file !== void 0 && at.protocol === own.protocol) {
        sent.set("x-github-api-version", "2022-11-28");
        if (token !== void 0) sent.set("authorization", `Bearer ${token}`);
      }
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), within);
      const answer = await (this.settings.fetch ?? fetch)(at, {
        method,
        headers: sent,
        redirect: "manual",
        signal: stop.signal,
        ...body
      }).catch(() => passing(broken(at.host)));
      clearTimeout(timer);
      if ("error" in answer || answer.ok) return answer;
      const location = answer.headers.get("location");
      if (method !== "GET" || location === null || !redirects.has(answer.status)) {
        return failureOf(answer, { token, url: at });
      }
      await answer.body?.cancel();
      at = new URL(location, at);
    }
    return passing(odd(url.host));
  }
  async parsed(response, url) {
    const text2 = await new Response(this.guarded(response, url)).text();
    try {
      return text2 === "" ? null : JSON.parse(text2);
    } catch {
      throw odd(url.host);
    }
  }
  guarded({ body }, { host }) {
    return body === null ? new Blob([]).stream() : patient(body, this.patience, () => broken(host));
  }
};

// src/Tag.ts
var tagOf = (number2) => `data-${String(number2).padStart(6, "0")}`;
var numberOf = (tag) => {
  const [, digits] = /^data-(\d{6,})$/.exec(tag) ?? [];
  const number2 = Number(digits);
  return digits !== void 0 && tagOf(number2) === tag ? number2 : null;
};

// src/github/GitHubRelease.ts
var fieldsOf = (value) => typeof value === "object" && value !== null ? { ...value } : {};
var missing = (name2) => new GitHubError("unreachable", `GitHub's API answered without ${name2}. Try again later.`);
var text = (fields, name2) => {
  const value = fields[name2];
  if (typeof value !== "string") throw missing(name2);
  return value;
};
var number = (fields, name2) => {
  const value = fields[name2];
  if (typeof value !== "number") throw missing(name2);
  return value;
};
var assetOf = (answer) => {
  const fields = fieldsOf(answer);
  const [, sha256 = null] = /^sha256:([0-9a-f]{64})$/.exec(String(fields["digest"])) ?? [];
  return {
    id: number(fields, "id"),
    name: text(fields, "name"),
    size: number(fields, "size"),
    sha256,
    whole: fields["state"] === "uploaded",
    url: text(fields, "url")
  };
};
var releaseOf = (answer) => {
  const fields = fieldsOf(answer);
  return {
    id: number(fields, "id"),
    tag: text(fields, "tag_name"),
    draft: fields["draft"] === true,
    body: typeof fields["body"] === "string" ? fields["body"] : "",
    page: text(fields, "html_url"),
    uploadUrl: text(fields, "upload_url").replace(/\{.*$/, "")
  };
};
var tagNameOf = (answer) => text(fieldsOf(answer), "ref").replace("refs/tags/", "");

// src/github/GitHubReleases.ts
var uploads = 3;
var GitHubReleases = class {
  repository;
  api;
  path;
  constructor(repository, settings = {}) {
    this.repository = repository;
    this.api = new GitHubApi(settings);
    this.path = `/repos/${repository}`;
  }
  /**
   * The numbers of all published releases, ascending. They come from the tags: GitHub's own notion of the latest release
   * follows dates.
   */
  async tags() {
    const found = await this.api.pages(`${this.path}/git/matching-refs/tags/data-?per_page=100`);
    return found.flatMap((each) => numberOf(tagNameOf(each)) ?? []).toSorted((one, other) => one - other);
  }
  /** A published release and its files. */
  async release(tag) {
    const release = releaseOf(await this.api.json(`${this.path}/releases/tags/${encodeURIComponent(tag)}`));
    return { ...release, assets: await this.assets(release) };
  }
  /** The bytes of a file. They end with a `GitHubError` where they stop before their end. */
  download({ url }) {
    return this.api.bytes(url);
  }
  /** Every release, with drafts where the token may write. */
  async list() {
    const found = await this.api.pages(`${this.path}/releases?per_page=100`);
    return found.map(releaseOf);
  }
  /** The files of a release, also those that have not arrived whole. */
  async assets({ id }) {
    const found = await this.api.pages(`${this.path}/releases/${id}/assets?per_page=100`);
    return found.map(assetOf);
  }
  /** Makes a release that only those see who may write. It has no tag yet. */
  async draft({ body, commit, name: name2, tag }) {
    const json = {
      tag_name: tag,
      name: name2,
      body,
      draft: true,
      make_latest: "false",
      ...commit === void 0 ? {} : { target_commitish: commit }
    };
    return releaseOf(await this.api.json(`${this.path}/releases`, { method: "POST", json }));
  }
  /** Uploads a file. What a broken upload leaves has the file's name, so that it must go before the next try. */
  async upload(release, file) {
    for (let n = 1; ; n += 1) {
      try {
        const url = `${release.uploadUrl}?name=${encodeURIComponent(file.name)}`;
        return assetOf(await this.api.json(url, { method: "POST", file }));
      } catch (error) {
        const again = error instanceof GitHubError && ["unreachable", "taken"].includes(error.reason);
        if (!again || n === uploads) throw error;
        for (const { id, name: name2 } of await this.assets(release)) {
          if (name2 === file.name) await this.remove(`/releases/assets/${id}`);
        }
      }
    }
  }
  /** Publishes a draft, which makes its tag. `taken` if the tag has a release. */
  async publish({ id }) {
    const json = { draft: false, make_latest: "false" };
    return releaseOf(await this.api.json(`${this.path}/releases/${id}`, { method: "PATCH", json }));
  }
  /** Deletes a release, and its tag if it is published. */
  async delete({ draft, id, tag }) {
    await this.remove(`/releases/${id}`);
    if (!draft) await this.remove(`/git/refs/tags/${encodeURIComponent(tag)}`);
  }
  /** Deletes what may be gone already. */
  async remove(path) {
    try {
      await this.api.json(`${this.path}${path}`, { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof GitHubError) || error.reason !== "none") throw error;
    }
  }
};

// src/Sums.ts
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
var sumsFile = "SHA256SUMS";
var sumsIn = (text2) => {
  const lines = text2.split("\n");
  const sums = /* @__PURE__ */ new Map();
  for (const line of lines.slice(0, -1)) {
    const [, sha256, file] = /^([0-9a-f]{64}) {2}([A-Za-z0-9.-]+)$/.exec(line) ?? [];
    if (sha256 !== void 0 && file !== void 0) sums.set(file, sha256);
  }
  return lines.at(-1) === "" && sums.size === lines.length - 1 ? sums : null;
};
var sha256Of = async (path) => {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
};

// src/github/PackedFolder.ts
import { createReadStream as createReadStream2 } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
var fileOf = async (folder, name2) => {
  const path = join(folder, name2);
  const [{ size }, sha256] = await Promise.all([stat(path), sha256Of(path)]);
  return {
    name: name2,
    size,
    sha256,
    stream: () => Readable.toWeb(createReadStream2(path))
  };
};
var readPacked = async (folder) => {
  const damaged = (what) => new GitHubError("damaged", `${folder} is not what was packed: ${what}. Pack it again.`);
  const names = await readdir(folder).catch(() => {
    throw new GitHubError("none", `There is no folder ${folder}. \`trials release pack\` makes one.`);
  });
  const text2 = await readFile(join(folder, sumsFile), "utf8").catch(() => {
    throw damaged(`it has no ${sumsFile}`);
  });
  const expected = sumsIn(text2);
  if (expected === null) throw damaged(`its ${sumsFile} cannot be read`);
  let manifest;
  try {
    manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
  } catch {
    throw damaged("its manifest.json cannot be read");
  }
  const strange = names.find((name2) => name2 !== sumsFile && !expected.has(name2));
  if (strange !== void 0) throw damaged(`${sumsFile} does not name ${strange}`);
  const files = [];
  for (const [name2, sha256] of expected) {
    if (!names.includes(name2)) throw damaged(`${name2} is missing`);
    const file = await fileOf(folder, name2);
    if (file.sha256 !== sha256) throw damaged(`${name2} has another hash than ${sumsFile} says`);
    files.push(file);
  }
  const tag = tagOf(manifest.number);
  if (!expected.has("manifest.json")) throw damaged(`${sumsFile} does not name manifest.json`);
  if (basename(folder) !== tag) throw damaged(`its manifest is that of ${tag}`);
  return { tag, manifest, files: [...files, await fileOf(folder, sumsFile)] };
};

// src/github/ReleaseNote.ts
var cell = (text2) => String(text2).replace(/[|\n<>]/g, " ");
var table = (head, rows) => [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`);
var noteOf = ({ base, counts, month, number: number2, parent, registries }) => [
  `<!-- trials ${JSON.stringify({ number: number2, base, month })} -->`,
  "",
  ...table(
    ["registry", "last run", "attribution", "licence"],
    registries.map(({ attribution, lastRun, licence, title: title2 }) => [
      title2,
      lastRun.verdict ?? "none",
      attribution,
      licence ?? "not confirmed"
    ])
  ),
  "",
  ...table(
    ["", ""],
    Object.entries(counts).map(([name2, count]) => [name2, count])
  ),
  "",
  parent === null ? "The first release." : `It goes on from ${parent.number}.`,
  "`trials release restore` brings it into a database."
].join("\n");
var readNote = (body) => {
  const [, text2] = /^<!-- trials (\{[^\n]*\}) -->/.exec(body) ?? [];
  if (text2 === void 0) return null;
  try {
    const { base, month, number: number2 } = JSON.parse(text2);
    return typeof number2 === "number" && typeof base === "number" && typeof month === "string" && /^\d{4}-\d\d$/.test(month) ? { number: number2, base, month } : null;
  } catch {
    return null;
  }
};

// src/github/Publication.ts
var newestOf = async (releases, number2) => {
  const tags = await releases.tags();
  const newest2 = tags.at(-1) ?? 0;
  if (newest2 === number2 - 1) return tags;
  const there = newest2 === 0 ? "no release yet" : `${tagOf(newest2)} as its newest release`;
  throw new GitHubError(
    "forked",
    `${releases.repository} has ${there}, and ${tagOf(number2)} was packed to follow ${number2 === 1 ? "none" : tagOf(number2 - 1)}. Restore the newest release into an empty database, collect again, and pack on it.`
  );
};
var uploaded = async (releases, release, file) => {
  const asset = await releases.upload(release, file);
  if (!asset.whole || asset.size !== file.size || (asset.sha256 ?? file.sha256) !== file.sha256) {
    throw new GitHubError(
      "damaged",
      `${file.name} did not arrive as it was sent. Nothing was published; publish again.`
    );
  }
};
var manifestOf = async (releases, number2) => {
  const tag = tagOf(number2);
  const release = await releases.release(tag).catch((error) => {
    if (error instanceof GitHubError && error.reason === "none") return null;
    throw error;
  });
  if (release === null) return null;
  const asset = release.assets.find(({ name: name2 }) => name2 === sumsFile);
  const text2 = asset === void 0 ? "" : await new Response(await releases.download(asset)).text();
  const sha256 = sumsIn(text2)?.get("manifest.json");
  if (sha256 === void 0)
    throw new GitHubError("damaged", `${tag} of ${releases.repository} has no ${sumsFile} that can be read.`);
  return sha256;
};
var follows = async (releases, { number: number2, parent }) => {
  const forked = (what) => new GitHubError(
    "forked",
    `${tagOf(number2)} ${what}. Restore the newest release into an empty database, collect again, and pack on it.`
  );
  for (let later = number2 - 1; later > (parent?.number ?? 0); later -= 1) {
    if (await manifestOf(releases, later) !== null)
      throw forked(`does not go on from ${tagOf(later)}, which is published`);
  }
  if (parent === null) return;
  if (await manifestOf(releases, parent.number) !== parent.sha256)
    throw forked(`goes on from another ${tagOf(parent.number)} than the one that ${releases.repository} has`);
};
var publish = async (releases, folder, { commit } = {}) => {
  const { files, manifest, tag } = await readPacked(folder);
  const { base, number: number2 } = manifest;
  const tags = await newestOf(releases, number2);
  if (base !== number2 && !tags.includes(base)) {
    throw new GitHubError(
      "forked",
      `${tag} needs ${tagOf(base)} as its base, which ${releases.repository} does not have. Pack it with --first.`
    );
  }
  await follows(releases, manifest);
  const draft = await releases.draft({ tag, name: tag, body: noteOf(manifest), commit });
  for (const file of files) await uploaded(releases, draft, file);
  await newestOf(releases, number2);
  try {
    const { page } = await releases.publish(draft);
    return { tag, number: number2, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0), page };
  } catch (error) {
    if (error instanceof GitHubError && error.reason === "taken") await newestOf(releases, number2);
    throw error;
  }
};

// src/github/Retention.ts
var newest = 35;
var retained = (releases) => {
  const known = releases.flatMap((release) => {
    const number2 = numberOf(release.tag);
    return number2 === null ? [] : [{ release, number: number2, note: readNote(release.body) }];
  }).toSorted((one, other) => other.number - one.number);
  const published = known.filter(({ release }) => !release.draft);
  const last = published[0]?.number ?? 0;
  const firsts = new Map(published.map(({ note, number: number2 }) => [note?.month, number2]));
  const stays = published.filter(
    ({ note, number: number2 }, n) => n < newest || note === null || firsts.get(note.month) === number2
  );
  const needed2 = new Set(stays.map(({ note }) => note?.base));
  const kept = new Set(
    published.filter(
      (each) => stays.includes(each) || needed2.has(each.number) || needed2.has(void 0) && each.note?.base === each.number
    ).map(({ release }) => release)
  );
  const stale = known.filter(({ number: number2, release }) => release.draft ? number2 <= last : !kept.has(release)).map(({ release }) => release);
  return { keep: releases.filter((each) => !stale.includes(each)), remove: stale };
};
var sweep = async (releases) => {
  const { remove } = retained(await releases.list());
  for (const release of remove) await releases.delete(release);
  return remove.map(({ draft, tag }) => draft ? `${tag} (draft)` : tag);
};

// src/nightly/Nights.ts
import { readFile as readFile2 } from "node:fs/promises";
var readRuns = async (path) => {
  const text2 = await readFile2(path, "utf8").catch(() => "");
  return text2.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line)).filter((run) => typeof run.runId === "string");
};
var quoted = (text2) => `\`${text2.replace(/[`|]/g, "'").replace(/\s+/g, " ")}\``;
var columns = [
  "expected",
  "extracted",
  "detailed",
  "created",
  "edited",
  "silent",
  "remapped",
  "disappeared",
  "reappeared",
  "unchanged"
];
var summaryOf = (runs) => [
  `| registry | verdict | ${columns.join(" | ")} | edition |`,
  `| --- | --- | ${columns.map(() => "---:").join(" | ")} | --- |`,
  ...runs.map(({ counts, registry, revision, verdict }) => {
    const edition = revision === null ? "not known" : quoted(revision.date ?? revision.id);
    return `| ${registry} | ${verdict} | ${columns.map((name2) => counts[name2] ?? "").join(" | ")} | ${edition} |`;
  }),
  "",
  ...runs.flatMap(
    ({ reason, registry }) => reason === null ? [] : [`${registry}: ${quoted(reason.message)}`, ""]
  )
].join("\n");

// src/nightly/Ticket.ts
var label = "trials-nightly";
var title = "The nightly run needs somebody to look";
var numberIn = (issue2) => typeof issue2 === "object" && issue2 !== null && "number" in issue2 && typeof issue2.number === "number" ? issue2.number : void 0;
var tell = async (api, repository, { run, troubles }) => {
  const path = `/repos/${repository}/issues`;
  const [first] = await api.pages(`${path}?state=open&labels=${label}&per_page=100`);
  const open = numberIn(first);
  const post = (to, json) => api.json(to, { method: "POST", json });
  const body = [...troubles.map((trouble) => `- ${trouble}`), "", `The run: ${run}`].join("\n");
  if (troubles.length > 0) {
    await (open === void 0 ? post(path, { title, body, labels: [label] }) : post(`${path}/${open}/comments`, { body }));
    return open === void 0 ? "opened" : "commented";
  }
  if (open === void 0) return "none";
  await post(`${path}/${open}/comments`, { body: `All is well again. The run: ${run}` });
  await api.json(`${path}/${open}`, { method: "PATCH", json: { state: "closed" } });
  return "closed";
};

// src/nightly/Steps.ts
var needed = (environment, name2) => {
  const value = environment[name2] ?? "";
  if (value === "") throw new GitHubError("refused", `${name2} is not set; a step on GitHub Actions has it.`);
  return value;
};
var given = (argument2, what) => {
  if (argument2 === void 0) throw new GitHubError("refused", `Name ${what}.`);
  return argument2;
};
var settingsOf = (environment) => ({
  api: environment["GITHUB_API_URL"],
  token: needed(environment, "GITHUB_TOKEN")
});
var releasesOf = (environment) => new GitHubReleases(needed(environment, "GITHUB_REPOSITORY"), settingsOf(environment));
var check = async (environment) => {
  const repository = needed(environment, "GITHUB_REPOSITORY");
  const about = await new GitHubApi(settingsOf(environment)).json(`/repos/${repository}`);
  const isPrivate = typeof about === "object" && about !== null && "private" in about && about.private === true;
  if (isPrivate) return `${repository} is private.`;
  if (environment["TRIALS_PUBLIC"] === "yes") return `${repository} is public, as TRIALS_PUBLIC says.`;
  throw new GitHubError(
    "refused",
    `${repository} is public: everybody could read what is collected, and every release notifies those who watch the repository. Whether that may be depends on the terms of each registry; nobody has confirmed a licence of kdca's data. Make the repository private; or, if you may publish the data, set its variable TRIALS_PUBLIC to yes.`
  );
};
var publish2 = async (environment, folder) => {
  await check(environment, void 0);
  const commit = environment["GITHUB_SHA"] === "" ? void 0 : environment["GITHUB_SHA"];
  const { bytes, files, page, tag } = await publish(
    releasesOf(environment),
    given(folder, "the packed folder"),
    { commit }
  );
  return `Published ${tag}: ${files} files, ${bytes} bytes. ${page}`;
};
var summary = async (environment, path) => {
  const runs = await readRuns(given(path, "the file of reports"));
  await appendFile(needed(environment, "GITHUB_STEP_SUMMARY"), summaryOf(runs));
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"} in the summary.`;
};
var troublesOf = async (environment, path) => {
  const collected = needed(environment, "COLLECTED");
  if (collected !== "success") {
    return [
      `The job *collect* ended with ${collected}. Nothing was published, and the next night starts where this one did.`
    ];
  }
  const runs = await readRuns(path);
  const published = needed(environment, "PUBLISHED");
  return [
    ...published === "success" ? [] : [`Publishing ended with ${published}. The next night collects again.`],
    ...runs.flatMap(
      ({ reason, registry, runId, verdict }) => verdict === "quarantined" || verdict === "failed" ? [
        `${registry} was ${verdict}: ${quoted(reason?.message ?? "")} The data are as they were (run ${runId}).`
      ] : []
    )
  ];
};
var issue = async (environment, path) => {
  const repository = needed(environment, "GITHUB_REPOSITORY");
  const server = environment["GITHUB_SERVER_URL"] ?? "https://github.com";
  const run = `${server}/${repository}/actions/runs/${needed(environment, "GITHUB_RUN_ID")}`;
  const troubles = await troublesOf(environment, given(path, "the file of reports"));
  return `Issue: ${await tell(new GitHubApi(settingsOf(environment)), repository, { troubles, run })}.`;
};
var enable = async (environment) => {
  const repository = needed(environment, "GITHUB_REPOSITORY");
  const [, file] = /\/([^/@]+)@/.exec(needed(environment, "GITHUB_WORKFLOW_REF")) ?? [];
  const path = `/repos/${repository}/actions/workflows/${encodeURIComponent(file ?? "")}/enable`;
  await new GitHubApi(settingsOf(environment)).json(path, { method: "PUT" });
  return `Enabled ${file ?? ""}.`;
};
var sweep2 = async (environment) => {
  const gone = await sweep(releasesOf(environment));
  return gone.length === 0 ? "Nothing to delete." : `Deleted ${gone.join(", ")}.`;
};

// src/nightly/main.ts
var steps = { check, enable, issue, publish: publish2, summary, sweep: sweep2 };
var exits = { none: 7, damaged: 7, forked: 7, taken: 7, unreachable: 4, refused: 2 };
var annotated = (text2) => `::error::${text2.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A")}`;
var [, , name = "", argument] = process.argv;
try {
  const step = Object.hasOwn(steps, name) ? steps[name] : void 0;
  if (step === void 0) {
    throw new GitHubError("refused", `Name a step: ${Object.keys(steps).join(", ")}.`);
  }
  console.log(await step(process.env, argument));
} catch (error) {
  const known = error instanceof GitHubError;
  console.error(known ? error.message : error);
  if (known && process.env["GITHUB_ACTIONS"] === "true") console.log(annotated(error.message));
  process.exitCode = known ? exits[error.reason] : 1;
}
