package irqlab.live;

import irqlab.observe.Ledger;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a live run, or this process's part of one, leaves.
 *
 * @param ledger the books, closed
 * @param wallNs from start to standstill
 * @param components what each component hosted here did, by id
 * @param lateness how late its alarms and arrivals were
 */
public record LiveResult(
    Ledger ledger, long wallNs, List<ComponentCount> components, Lateness lateness) {
  /** Copies the list. */
  public LiveResult {
    components = List.copyOf(components);
  }

  /**
   * What one component did.
   *
   * @param id component id
   * @param path its path
   * @param processed messages it received
   * @param sent messages it sent
   * @param alarms alarms that expired
   * @param lateNsMax how late the latest of them was
   * @param shown what it showed at the end
   */
  public record ComponentCount(
      int id,
      String path,
      long processed,
      long sent,
      long alarms,
      long lateNsMax,
      Inspection shown) {
    /** Writes all fields. */
    void write(StateWriter out) {
      out.putInt(id);
      out.putText(path);
      out.putLong(processed);
      out.putLong(sent);
      out.putLong(alarms);
      out.putLong(lateNsMax);
      shown.write(out);
    }

    /** Reads what {@link #write} wrote. */
    static ComponentCount read(StateReader in) {
      return new ComponentCount(
          in.getInt(),
          in.getText(),
          in.getLong(),
          in.getLong(),
          in.getLong(),
          in.getLong(),
          Inspection.read(in));
    }
  }

  /** All that is left of a part whose components are gone: what is known of its books. */
  public static LiveResult ofLost(Ledger known) {
    return new LiveResult(known, 0, List.of(), new Lateness());
  }

  /** This part and another one's of the same run. */
  public LiveResult plus(LiveResult other) {
    Ledger books = new Ledger();
    books.add(ledger);
    books.add(other.ledger);
    List<ComponentCount> all = new ArrayList<>(components);
    all.addAll(other.components);
    all.sort(Comparator.comparingInt(ComponentCount::id));
    Lateness late = new Lateness();
    late.add(lateness);
    late.add(other.lateness);
    return new LiveResult(books, Math.max(wallNs, other.wallNs), all, late);
  }

  /** Writes this part for another process. */
  public void write(StateWriter out) {
    ledger.write(out);
    out.putLong(wallNs);
    lateness.write(out);
    out.putInt(components.size());
    components.forEach(each -> each.write(out));
  }

  /** Reads what {@link #write} wrote. */
  public static LiveResult read(StateReader in) {
    Ledger books = Ledger.read(in);
    long wall = in.getLong();
    Lateness late = Lateness.read(in);
    List<ComponentCount> all = new ArrayList<>();
    for (int left = in.count(48); left > 0; left--) {
      all.add(ComponentCount.read(in));
    }
    return new LiveResult(books, wall, all, late);
  }

  /** Messages received by all components, alarms not included. */
  public long messages() {
    return components.stream().mapToLong(ComponentCount::processed).sum();
  }

  /** Alarms expired at all components. */
  public long alarms() {
    return components.stream().mapToLong(ComponentCount::alarms).sum();
  }
}
