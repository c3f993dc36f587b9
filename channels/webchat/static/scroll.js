// Where the reader is: at the end, where new lines are kept in sight, or further up, where nothing may move.
import { make } from "./view.js";
import { words } from "./words.js";

const NEAR = 200; // pixels from the top, where earlier lines are asked for
const END = 48; // pixels from the end that are the end still

export class Scroll {
  /** `earlier()` is called near the top. */
  constructor(log, earlier) {
    this.log = log;
    this.earlier = earlier;
    this.latest = make("button", { className: "latest", type: "button", hidden: true, textContent: words.latest, onclick: () => { this.down(); log.focus(); } });
    log.onscroll = () => this.look();
    log.onwheel = ({ deltaY }) => { if (deltaY < 0 && log.scrollTop < NEAR) earlier(); }; // at the very top nothing scrolls
    new ResizeObserver(() => this.follow()).observe(log);
  }

  /** Only whoever scrolls up leaves the end: a keyboard that opens takes room away from below. */
  look() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const up = scrollTop < this.top;
    const atEnd = scrollHeight - scrollTop - clientHeight < END;
    this.top = scrollTop;
    this.stuck = atEnd || (this.stuck && !up);
    if (atEnd) this.latest.hidden = true;
    if ((up || !this.stuck) && scrollTop < NEAR) this.earlier();
  }

  follow() {
    if (this.stuck) this.down();
  }

  down() {
    this.latest.hidden = true;
    this.stuck = true;
    this.to(this.log.scrollHeight);
  }

  /** Do what puts something above, without moving what is being read. */
  still(put) {
    const below = this.log.scrollHeight - this.log.scrollTop;
    put();
    if (this.stuck) this.down();
    else this.to(this.log.scrollHeight - below);
  }

  /** A card taller than the screen is seen from its top, where its code is. */
  showWhole(line) {
    const above = this.log.getBoundingClientRect().top - line.getBoundingClientRect().top;
    if (above <= 0) return;
    this.to(this.log.scrollTop - above);
    this.stuck = false;
  }

  to(top) {
    this.log.scrollTop = top;
    this.top = this.log.scrollTop;
  }
}
