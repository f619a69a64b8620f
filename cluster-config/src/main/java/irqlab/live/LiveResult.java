package irqlab.live;

import irqlab.observe.Ledger;
import java.util.List;

/**
 * What a live run, or this process's part of one, leaves.
 *
 * @param ledger the books, closed
 * @param wallNs from start to standstill
 * @param components what each component hosted here did, by id
 */
public record LiveResult(Ledger ledger, long wallNs, List<ComponentCount> components) {
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
   */
  public record ComponentCount(
      int id, String path, long processed, long sent, long alarms, long lateNsMax) {}

  /** Messages received by all components, alarms not included. */
  public long messages() {
    return components.stream().mapToLong(ComponentCount::processed).sum();
  }

  /** Alarms expired at all components. */
  public long alarms() {
    return components.stream().mapToLong(ComponentCount::alarms).sum();
  }
}
