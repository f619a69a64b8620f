package irqlab.line;

import irqlab.observe.Fate;
import irqlab.observe.Probe;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Arrays;

/**
 * One input of a controller: the OR of all that drive it (IOA-018), and the raises on it that no
 * message has carried yet.
 *
 * <p>The books of a line close like this. A raise comes with the assertion of its source and waits
 * here. {@link #take} gives the oldest one to the message or vector that is sent for the line; from
 * then on it belongs to that message. Later requests of a line that is still high have no raise of
 * their own, unless another source's waits. A raise whose source lets go before anything was sent
 * was {@link Fate#WITHDRAWN}; when something had been sent since the line rose, that run served it
 * too: {@link Fate#COLLAPSED_LINE}. One owner.
 */
public final class InputLine {
  // Arrays keep their room, so that a line that goes up and down allocates nothing.
  private int driving;
  private int[] drivers = {};
  private int waiting;
  private int[] waitingSource = {};
  private long[] waitingId = {};
  private long[] waitingRaisedPs = {};
  private boolean taken;

  /** The level: true while at least one source asserts it. */
  public boolean asserted() {
    return driving > 0;
  }

  /** How many sources assert it. */
  public int drivers() {
    return driving;
  }

  /**
   * A source asserts the line.
   *
   * @param source component id of who drives it
   * @param id the raise that comes with it, or 0
   * @param raisedPs intended time of the raise
   * @return true when the line rose: no other source held it
   */
  public boolean raise(int source, long id, long raisedPs, Probe probe) {
    if (place(source) >= 0) {
      if (id != 0) {
        probe.closed(id, Fate.COLLAPSED_LINE);
      }
      return false;
    }
    boolean rose = driving == 0;
    if (driving == drivers.length) {
      drivers = Arrays.copyOf(drivers, driving + 1);
    }
    drivers[driving++] = source;
    if (rose) {
      taken = false;
    }
    if (id != 0) {
      append(source, id, raisedPs);
    }
    return rose;
  }

  /**
   * A source lets go of the line.
   *
   * @param latched true when the controller has latched the request, so that the raise stays
   * @return true when the line fell: no other source holds it
   */
  public boolean lower(int source, boolean latched, Probe probe) {
    int place = place(source);
    if (place < 0) {
      return false;
    }
    driving--;
    System.arraycopy(drivers, place + 1, drivers, place, driving - place);
    if (!latched) {
      for (int i = waiting - 1; i >= 0; i--) {
        if (waitingSource[i] == source) {
          close(i, taken ? Fate.COLLAPSED_LINE : Fate.WITHDRAWN, probe);
        }
      }
    }
    return driving == 0;
  }

  /** The oldest raise that waits, or 0. */
  public long waitingId() {
    return waiting == 0 ? 0 : waitingId[0];
  }

  /** Intended time of the oldest raise that waits, or {@code otherwise} when none does. */
  public long waitingRaisedPs(long otherwise) {
    return waiting == 0 ? otherwise : waitingRaisedPs[0];
  }

  /** Something is sent for this line: the oldest raise, if one waits, goes with it. */
  public void take() {
    taken = true;
    if (waiting > 0) {
      remove(0);
    }
  }

  /** Closes the raise of this id if it waits here. */
  public void close(long id, Fate fate, Probe probe) {
    for (int i = 0; i < waiting; i++) {
      if (waitingId[i] == id) {
        close(i, fate, probe);
        return;
      }
    }
  }

  /** Closes every raise that waits here. */
  public void closeAll(Fate fate, Probe probe) {
    while (waiting > 0) {
      close(0, fate, probe);
    }
  }

  /** Tells which raises wait. */
  public void inspect(Inspector out, String where) {
    for (int i = 0; i < waiting; i++) {
      out.pending(waitingId[i], where);
    }
  }

  /** Writes level and raises. */
  public void save(StateWriter out) {
    out.putInts(Arrays.copyOf(drivers, driving));
    out.putBoolean(taken);
    out.putInt(waiting);
    for (int i = 0; i < waiting; i++) {
      out.putInt(waitingSource[i]);
      out.putLong(waitingId[i]);
      out.putLong(waitingRaisedPs[i]);
    }
  }

  /** Reads what {@link #save} wrote. */
  public void load(StateReader in) {
    drivers = in.getInts();
    driving = drivers.length;
    taken = in.getBoolean();
    waiting = 0;
    int count = in.count(20);
    for (int i = 0; i < count; i++) {
      append(in.getInt(), in.getLong(), in.getLong());
    }
  }

  private int place(int source) {
    for (int i = 0; i < driving; i++) {
      if (drivers[i] == source) {
        return i;
      }
    }
    return -1;
  }

  private void append(int source, long id, long raisedPs) {
    if (waiting == waitingId.length) {
      int room = waiting + 2;
      waitingSource = Arrays.copyOf(waitingSource, room);
      waitingId = Arrays.copyOf(waitingId, room);
      waitingRaisedPs = Arrays.copyOf(waitingRaisedPs, room);
    }
    waitingSource[waiting] = source;
    waitingId[waiting] = id;
    waitingRaisedPs[waiting] = raisedPs;
    waiting++;
  }

  private void close(int at, Fate fate, Probe probe) {
    probe.closed(waitingId[at], fate);
    remove(at);
  }

  private void remove(int at) {
    waiting--;
    System.arraycopy(waitingSource, at + 1, waitingSource, at, waiting - at);
    System.arraycopy(waitingId, at + 1, waitingId, at, waiting - at);
    System.arraycopy(waitingRaisedPs, at + 1, waitingRaisedPs, at, waiting - at);
  }
}
