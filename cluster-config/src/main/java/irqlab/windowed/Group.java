package irqlab.windowed;

import irqlab.runtime.Board;
import irqlab.runtime.Outbox;
import irqlab.runtime.RemoteEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One group's side of the window algorithm. No clock, thread or actor: it reacts to frames.
 *
 * <p>In window k it has one frame of each peer. The least next-event time in them and in its own,
 * plus the lookahead, is the bound; all groups compute the same one. It executes its events before
 * the bound and sends one frame k+1 to each peer. Nothing that is sent in a window arrives before
 * its bound, so each group executes its events in key order.
 *
 * <p>A frame that is missing is asked for; no peer can be more than one window ahead, so a group
 * keeps the last two it sent to each. One owner.
 */
final class Group {
  private final int number;
  private final int groups;
  private final long lookaheadPs;
  private final int epoch;
  private final Peers peers;
  private final Board board;
  private final List<List<RemoteEvent>> outgoing = new ArrayList<>();

  private long window;
  private long ownNextPs;
  private Frame[] current;
  private Frame[] ahead;
  private Frame[] sent;
  private Frame[] sentBefore;
  private boolean running;
  private long limitPs;
  private long dropped;

  /**
   * A group that waits for {@link #advance}.
   *
   * @param groupOf the group of each component by id
   * @param lookaheadPs the shortest latency of a link between groups
   * @param makeBoard makes this group's board with the outbox that it is given
   */
  Group(
      int number,
      int groups,
      int[] groupOf,
      long lookaheadPs,
      int epoch,
      Peers peers,
      Function<Outbox, Board> makeBoard) {
    this.number = number;
    this.groups = groups;
    this.lookaheadPs = lookaheadPs;
    this.epoch = epoch;
    this.peers = peers;
    for (int i = 0; i < groups; i++) {
      outgoing.add(new ArrayList<>());
    }
    board = makeBoard.apply((receiver, event) -> outgoing.get(groupOf[receiver]).add(event));
    current = new Frame[groups];
    ahead = new Frame[groups];
    sent = new Frame[groups];
    sentBefore = new Frame[groups];
  }

  Board board() {
    return board;
  }

  /** Windows so far. */
  long windows() {
    return window;
  }

  /** Frames dropped because they came twice or belong to another epoch. */
  long dropped() {
    return dropped;
  }

  /** True when every event before the limit was executed, here and in every other group. */
  boolean reached() {
    return !running;
  }

  /** Executes everything before this time; the same time in every group. */
  void advance(long toPs) {
    limitPs = toPs;
    running = true;
    exchange();
    step();
  }

  /** A frame of a peer came. */
  void receive(Frame frame) {
    boolean wanted = frame.epoch() == epoch;
    if (wanted && frame.window() == window && running && current[frame.from()] == null) {
      current[frame.from()] = frame;
      step();
    } else if (wanted && frame.window() == window + 1 && ahead[frame.from()] == null) {
      ahead[frame.from()] = frame;
    } else {
      dropped++;
    }
  }

  /** A peer misses the frame of this window. */
  void asked(int peer, int askedEpoch, long missing) {
    for (Frame frame : new Frame[] {sent[peer], sentBefore[peer]}) {
      if (frame != null && frame.window() == missing && askedEpoch == epoch) {
        peers.send(peer, frame);
      }
    }
  }

  /** Asks for every frame that has not come; for when it is late. */
  void askAgain() {
    if (running) {
      for (int peer = 0; peer < groups; peer++) {
        if (peer != number && current[peer] == null) {
          peers.ask(peer, epoch, window);
        }
      }
    }
  }

  // Runs windows as long as every frame is here.
  private void step() {
    while (running && complete()) {
      long nextPs = ownNextPs;
      for (Frame frame : current) {
        if (frame != null) {
          nextPs = Math.min(nextPs, frame.nextPs());
          frame.batch().forEach(board::insert);
        }
      }
      if (nextPs >= limitPs) {
        board.runBefore(limitPs);
        running = false;
      } else {
        long boundPs = nextPs > Long.MAX_VALUE - lookaheadPs ? limitPs : nextPs + lookaheadPs;
        board.runBefore(Math.min(boundPs, limitPs));
        exchange();
      }
    }
  }

  private boolean complete() {
    for (int peer = 0; peer < groups; peer++) {
      if (peer != number && current[peer] == null) {
        return false;
      }
    }
    return true;
  }

  // Opens the next window: one frame to each peer, and those that came early are the first here.
  private void exchange() {
    window++;
    current = ahead;
    ahead = new Frame[groups];
    ownNextPs = board.nextPs();
    for (List<RemoteEvent> batch : outgoing) {
      for (RemoteEvent event : batch) {
        ownNextPs = Math.min(ownNextPs, event.timePs());
      }
    }
    Frame[] oldest = sentBefore;
    sentBefore = sent;
    sent = oldest;
    for (int peer = 0; peer < groups; peer++) {
      if (peer != number) {
        List<RemoteEvent> batch = List.copyOf(outgoing.get(peer));
        outgoing.get(peer).clear();
        sent[peer] = new Frame(epoch, window, number, ownNextPs, batch);
        peers.send(peer, sent[peer]);
      }
    }
  }
}
