/**
 * What the API sends, as JSON: an instant is a text. (In the library it is a text that is known to be an instant.)
 *
 * @module
 */
import type { Schema } from "effect"
import type * as Change from "trials-domain/Change"
import type * as Summary from "trials-domain/ChangeSummary"
import type * as Finding from "trials-domain/Finding"
import type * as Page from "trials-domain/Page"
import type * as OfQuality from "trials-domain/Quality"
import type * as Related from "trials-domain/RelatedTrial"
import type * as State from "trials-domain/RegistryState"
import type * as OfRevision from "trials-domain/Revision"
import type * as OfRun from "trials-domain/Run"
import type * as OfTrial from "trials-domain/Trial"
import type * as Version from "trials-domain/TrialVersion"

type Sent<Of extends Schema.Schema.All> = Schema.Schema.Encoded<Of>

export type { ChangeKind } from "trials-domain/Change"
export type { IdentifierKind } from "trials-domain/Identifier"
export type { Publishing } from "trials-domain/Publishing"
export type { Proof, Verdict } from "trials-domain/Run"
export type {
  ObservationalModel,
  Phase,
  Scope,
  SponsorClass,
  Status,
  StudyType
} from "trials-domain/Vocabulary"

/** A trial, with everything that its registry says about it. */
export type Trial = Sent<typeof OfTrial.Trial>
/** A trial as lists show it. */
export type TrialSummary = Sent<typeof OfTrial.TrialSummary>
/** The state of a trial between two changes, and the change that led to it. */
export type TrialVersion = Sent<typeof Version.TrialVersion>
/** Changes counted by what they are. */
export type ChangeSummary = Sent<typeof Summary.ChangeSummary>
/** Two versions of one trial, compared field by field. */
export type VersionDiff = Sent<typeof Version.VersionDiff>
/** One field with its old and new values. */
export type FieldChange = Sent<typeof Change.FieldChange>
/** The trials that are known by an identifier. */
export type IdentifiedTrials = Sent<typeof Related.IdentifiedTrials>
/** A trial that is known by an identifier. */
export type IdentifiedTrial = Sent<typeof Related.IdentifiedTrial>
/** The same trial elsewhere, by explicit identifiers alone. */
export type RelatedTrials = Sent<typeof Related.RelatedTrials>
/** The same trial in one other place. */
export type RelatedTrial = Sent<typeof Related.RelatedTrial>
/** An identifier by which two trials are the same. */
export type TrialLink = Sent<typeof Related.TrialLink>
/** A field in which two registries say different things of the same trial. */
export type Disagreement = Sent<typeof Related.Disagreement>
/** A registry, and how fresh our copy of it is. */
export type RegistryState = Sent<typeof State.RegistryState>
/** What the last proven run of a registry found wrong with the data. */
export type Quality = Sent<typeof OfQuality.Quality>
/** A kind of finding, with its trend. */
export type FindingTrend = Sent<typeof OfQuality.FindingTrend>
/** A kind of finding in one run. */
export type FindingSummary = Sent<typeof Finding.FindingSummary>
/** A record that could not be read. */
export type RejectedRecord = Sent<typeof Finding.RejectedRecord>
/** A run, with what it rejected and found. */
export type Run = Sent<typeof OfRun.Run>
/** A run as lists show it. */
export type RunSummary = Sent<typeof OfRun.RunSummary>
/** What `trials sync` reports. */
export type RunReport = Sent<typeof OfRun.RunReport>
/** What a run counted. */
export type RunCounts = Sent<typeof OfRun.RunCounts>
/** Why a run loaded nothing. */
export type RunReason = Sent<typeof OfRun.RunReason>
/** The edition of a registry that a run read. */
export type Revision = Sent<typeof OfRevision.Revision>
/** How many rows a list has in total. */
export type Total = Sent<typeof Page.Total>
