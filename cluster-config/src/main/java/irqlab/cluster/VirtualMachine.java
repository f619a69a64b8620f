package irqlab.cluster;

import irqlab.live.Inspection;
import irqlab.observe.Ledger;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Board;
import irqlab.runtime.Message;
import irqlab.runtime.Plan;
import irqlab.runtime.TiePolicy;
import irqlab.topology.Topology;
import java.util.OptionalLong;

/**
 * A {@link Machine} whose time somebody else drives: it stands still between two calls of {@link
 * #advance}. Same topology, seed and calls, same digest. One owner.
 */
public final class VirtualMachine implements Machine {
  private final Topology topology;
  private final Board board;
  private final Ledger ledger;
  private final Outside outside;
  private boolean closed;

  VirtualMachine(Topology topology, Plan plan, long seed, Ledger ledger, Outside outside) {
    this.topology = topology;
    this.ledger = ledger;
    this.outside = outside;
    board = new Board(plan, ProtocolCodecs.all(), seed, TiePolicy.ID, ledger);
    board.start();
  }

  /**
   * Lets so much machine time pass: everything before its end takes place.
   *
   * @param ps 0 or more
   */
  public void advance(long ps) {
    if (ps < 0 || closed) {
      throw new IllegalArgumentException("ps=" + ps + " closed=" + closed);
    }
    board.runBefore(board.nowPs() + ps);
  }

  /**
   * Lets time pass until boot is over.
   *
   * <p>Errors: {@link IllegalStateException} when it is not over in a second of machine time.
   */
  public void boot() {
    long limitPs = board.nowPs() + 1_000_000_000_000L;
    board.runUntil(limitPs, () -> outside.bootedPs() >= 0);
    if (outside.bootedPs() < 0) {
      throw new IllegalStateException("boot is not over after nowPs=" + board.nowPs());
    }
  }

  /** When the next thing happens, or Long.MAX_VALUE: how far somebody's clock may jump. */
  public long nextPs() {
    return board.nextPs();
  }

  /** Everything that was delivered so far, in one number. */
  public long digest() {
    return board.digest();
  }

  /** The books so far; they balance after {@link #finish}. */
  public Ledger ledger() {
    return ledger;
  }

  /** Closes the books: what is on its way or waits is pending. The machine ends. */
  public Ledger finish() {
    if (!closed) {
      closed = true;
      board.closeBooks();
    }
    return ledger;
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public long nowPs() {
    return board.nowPs();
  }

  @Override
  public OptionalLong bootedPs() {
    long ps = outside.bootedPs();
    return ps < 0 ? OptionalLong.empty() : OptionalLong.of(ps);
  }

  @Override
  public void send(String path, Message message) {
    if (closed) {
      throw new IllegalStateException("path=" + path + ": the machine has ended");
    }
    board.inject(path, message);
  }

  @Override
  public Inspection inspect(String path) {
    Inspection shown = new Inspection();
    board.inspect(path, shown);
    return shown;
  }

  @Override
  public void close() {
    closed = true;
  }
}
