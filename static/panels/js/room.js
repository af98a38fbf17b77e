// The run's page: starts each part once. What they share is the page itself.

import { startAnnouncing } from "./announce.js";
import { startBreathing } from "./breathing.js";
import { startChanged } from "./changed.js";
import { startChosen } from "./chosen.js";
import { startColumns } from "./columns.js";
import { startConnection } from "./connection.js";
import { startCopying } from "./copy.js";
import { startDialogs } from "./dialogs.js";
import { startFilters } from "./filters.js";
import { startForms } from "./forms.js";
import { startFreshness } from "./freshness.js";
import { startKeys } from "./keys.js";
import { startMarks } from "./marks.js";
import { startNotes } from "./note.js";
import { startSelection } from "./selection.js";
import { startSwiping } from "./swipe.js";
import { startTabs } from "./tabs.js";
import { startUndo } from "./undo.js";
import { startVersions } from "./versions.js";
import { startWishes } from "./wishes.js";

// In the default lane one model answers, and there is nothing to review.
const ofTheReview = document.getElementById("review")
  ? [startMarks, startSelection, startFilters, startNotes, startVersions, startChanged]
  : [];

for (const start of [
  startBreathing, startFreshness, startConnection, startTabs, startDialogs, startForms, ...ofTheReview, startColumns, startSwiping,
  startUndo, startChosen, startWishes, startCopying, startKeys, startAnnouncing,
]) start();
