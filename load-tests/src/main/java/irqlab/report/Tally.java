package irqlab.report;

import irqlab.observe.Fate;
import irqlab.observe.LedgerRow;
import java.util.EnumMap;
import java.util.Map;

/** What became of the raises of some rows of the ledger. */
public final class Tally {
  private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
  private long raised;
  private long pending;

  Tally() {}

  Tally add(LedgerRow row) {
    raised += row.raised();
    pending += row.pending();
    for (Fate fate : Fate.values()) {
      fates.merge(fate, row.fate(fate), Long::sum);
    }
    return this;
  }

  /** Raises. */
  public long raised() {
    return raised;
  }

  /** Raises without a fate at the end. */
  public long pending() {
    return pending;
  }

  /** Raises with this fate. */
  public long fate(Fate fate) {
    return fates.getOrDefault(fate, 0L);
  }

  /** Raises for which a handler ran. */
  public long handled() {
    return fate(Fate.HANDLED);
  }

  /** Raises merged into another one, wherever. */
  public long collapsed() {
    return fates.entrySet().stream()
        .filter(each -> each.getKey().collapsed())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Raises that nobody serves, for whatever reason. */
  public long lost() {
    return fates.entrySet().stream()
        .filter(each -> each.getKey().lost())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Raises minus those with a fate or pending: 0 in a closed book. */
  public long missing() {
    return raised - pending - fates.values().stream().mapToLong(Long::longValue).sum();
  }
}
