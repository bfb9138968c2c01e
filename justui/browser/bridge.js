// The second script: what the server calls, and calls, topics and queues, for pages that have them.
// Joins its modules to the running page.

import { startCalls, takeReply } from "./calls.js";
import { startDom } from "./dom.js";
import { operations } from "./patch.js";
import { followLater, loadHalves } from "./halves.js";
import { takeItem } from "./queues.js";
import { runCode } from "./run.js";
import { letGo, runStatements, startStatements } from "./statements.js";
import { server, startServer } from "./server.js";
import { startTopics, takeMessage } from "./topics.js";

/** Let the operations that come with this script be known. */
export function startBridge() {
  Object.assign(operations, {
    c: runStatements,
    g: letGo,
    j: runCode,
    b: takeReply,
    q: takeMessage,
    u: takeItem,
    l: loadHalves,
    f: followLater,
  });
  startCalls();
  startStatements();
  startDom();
  startTopics();
  startServer();
  Object.assign(globalThis, { server });
}

startBridge();
