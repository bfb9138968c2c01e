// How long the runtime waits before it tries again.

import { retryDelay } from "../../justui/browser/socket.js";

Deno.test("the delay grows to five seconds, each with jitter of up to its half", () => {
  const wanted = [0.2, 0.5, 1, 2, 4, 5, 5, 5];
  wanted.forEach((seconds, attempt) => {
    const [least, middle, most] = [0, 0.5, 1].map((random) => retryDelay(attempt, random));
    if (least !== seconds || middle !== seconds * 1.25 || most !== seconds * 1.5) {
      throw new Error(`attempt ${attempt}: ${least}, ${middle}, ${most}`);
    }
  });
});
