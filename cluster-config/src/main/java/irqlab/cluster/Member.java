package irqlab.cluster;

import akka.actor.typed.ActorRef;
import irqlab.live.Inspection;
import irqlab.live.LiveResult;
import irqlab.observe.Closings;
import irqlab.observe.Ledger;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.StateReader;
import irqlab.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** What the coordinator knows of one node. One owner. */
final class Member {
  /** Says that the coordinator is there, and asks for no clock. */
  static final Frame.Ping STILL_HERE = new Frame.Ping(Integer.MAX_VALUE);

  private static final Frame.Counts NOTHING =
      new Frame.Counts("", 0, 0, 0, 0, 0, 0, new long[0], new long[0], new long[0]);

  final String name;
  final ActorRef<Frame> agent;
  final List<String> roles;
  final Courier courier;
  long clockNs;
  Frame.Pong pong;
  long heardNs;
  boolean lost;

  // Of the run that is on.
  Frame.Counts counts;
  long wave;
  String gate;
  int readies;
  final ArrayDeque<Frame.Log> logs = new ArrayDeque<>();
  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
  private int notesNext;
  private Ledger noted;
  private final ByteArrayOutputStream books = new ByteArrayOutputStream();
  private int booksNext;
  private boolean booksDone;
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private int shownNumber;
  private int shownLeft;

  /**
   * A node.
   *
   * @param own address of the coordinator, by which the agent knows it
   */
  Member(String name, ActorRef<Frame> agent, List<String> roles, String own) {
    this.name = name;
    this.agent = agent;
    this.roles = List.copyOf(roles);
    courier = new Courier(own, agent);
    forget();
  }

  /** Forgets the run before. */
  void forget() {
    counts = NOTHING;
    wave = 0;
    gate = null;
    readies = 0;
    logs.clear();
    notes.reset();
    notesNext = 0;
    noted = new Ledger();
    books.reset();
    booksNext = 0;
    booksDone = false;
  }

  /** Takes the answer to a ping; that to {@link #STILL_HERE} tells no clock. */
  void take(Frame.Pong answer) {
    if (answer.number() != STILL_HERE.number()) {
      pong = answer;
    }
  }

  void take(Frame.Counts fresh) {
    counts = fresh;
    wave = Math.max(wave, fresh.wave());
  }

  /** Takes a piece of notes; what they close goes there. */
  void take(Frame.Notes piece, Closings closings) {
    if (piece.index() != notesNext) {
      throw new ClusterException(
          "node=" + name + " notes=" + piece.index() + " expected=" + notesNext);
    }
    notes.writeBytes(piece.bytes());
    notesNext++;
    if (notesNext == piece.count()) {
      StateReader in = new StateReader(notes.toByteArray(), ProtocolCodecs.all());
      closings.read(in);
      noted = Ledger.read(in);
      notes.reset();
      notesNext = 0;
    }
  }

  void take(Frame.Books piece) {
    if (piece.index() != booksNext) {
      throw new ClusterException(
          "node=" + name + " books=" + piece.index() + " expected=" + booksNext);
    }
    books.writeBytes(piece.bytes());
    booksNext++;
    booksDone = booksNext == piece.count();
  }

  /** What comes from now on for this number is what a component shows. */
  void show(int number) {
    shown.reset();
    shownNumber = number;
    shownLeft = -1;
  }

  void take(Frame.Shown piece) {
    if (piece.number() == shownNumber) {
      shown.writeBytes(piece.bytes());
      shownLeft = piece.count() - piece.index() - 1;
    }
  }

  /** What was asked for last, once it is there. */
  Optional<Inspection> shown() {
    return shownLeft == 0
        ? Optional.of(Inspection.read(new StateReader(shown.toByteArray(), ProtocolCodecs.all())))
        : Optional.empty();
  }

  boolean booksDone() {
    return booksDone;
  }

  /** The books of this node, or what it told of them before it was lost. */
  LiveResult result() {
    return booksDone
        ? LiveResult.read(new StateReader(books.toByteArray(), ProtocolCodecs.all()))
        : LiveResult.ofLost(noted);
  }

  /** What this component has raised so far. */
  long raised(int id) {
    long sum = 0;
    for (int i = 0; i + 1 < counts.raisedBy().length; i += 2) {
      sum += counts.raisedBy()[i] == id ? counts.raisedBy()[i + 1] : 0;
    }
    return sum;
  }

  /**
   * What this node has sent to living nodes, and what it processed that came from lost ones: what
   * all living nodes together must have processed when nothing is on its way.
   */
  long expected(boolean[] lostNodes) {
    long sum = counts.sent();
    for (int node = 0; node < lostNodes.length && node < counts.sentTo().length; node++) {
      if (lostNodes[node]) {
        sum += counts.takenFrom()[node] - counts.sentTo()[node];
      }
    }
    return sum;
  }
}
