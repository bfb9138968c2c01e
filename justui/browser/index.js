// Starts the runtime: takes over the page that the server rendered, then connects.

import { hydrate, placeAgain } from "./nodes.js";
import { listenAlways, listenWithin } from "./events.js";
import { arriveAll } from "./motion.js";
import { surveyFields } from "./fields.js";
import { readBoot, startConnection } from "./socket.js";
import { startSticking } from "./stick.js";

/** Take over the page, if it is one of ours. */
export function startRuntime() {
  const boot = readBoot(document);
  if (!boot) return;
  startConnection(boot); // first: the socket opens while the page is taken over, and nothing arrives before that is done
  hydrate(document.body);
  placeAgain(document.body);
  listenAlways();
  listenWithin(document.body);
  arriveAll();
  surveyFields();
  startSticking();
}

startRuntime();
