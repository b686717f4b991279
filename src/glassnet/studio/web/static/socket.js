/** The line to the server: opened again when it breaks; each message is answered when it has been shown. */

/** @import {Message, Fields} from "./messages.js" */
import { tellDone } from "./done.js";

const FIRST = 500; // ms before it is tried again
const LONGEST = 8000;

export class Line {
  /**
   * @param {(message: Message) => void} receive
   * @param {(open: boolean) => void} changed
   */
  constructor(receive, changed) {
    this.receive = receive;
    this.changed = changed;
    this.wait = FIRST;
    this.connect();
  }

  connect() {
    const { protocol, host } = location;
    this.socket = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}/live`);
    this.socket.onopen = () => {
      this.wait = FIRST;
      if (location.hash.length > 1) this.send({ do: "open", url: location.hash.slice(1) });
      tellDone((action) => this.send(action));
      this.changed(true);
    };
    this.socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    this.socket.onclose = () => {
      this.changed(false);
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(2 * this.wait, LONGEST);
    };
  }

  /** @param {Fields} action done by a quick reader before the line is open: sent then */
  send(action) {
    const { socket } = this;
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(action));
    else if (socket?.readyState === WebSocket.CONNECTING) socket.addEventListener("open", () => this.send(action));
  }
}
