package irqlab.load;

import irqlab.runtime.Inspector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** What one component showed of itself at one time. */
public final class Snapshot implements Inspector {
  private final Map<String, Long> values = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<Long, String> pending = new LinkedHashMap<>();

  @Override
  public void value(String name, long value) {
    values.put(name, value);
  }

  @Override
  public void text(String name, String text) {
    texts.put(name, text);
  }

  @Override
  public void pending(long id, String where) {
    pending.put(id, where);
  }

  /** The interrupts that waited here, by id, each with the register that held it. */
  public Map<Long, String> pending() {
    return Collections.unmodifiableMap(pending);
  }

  /** A register or counter; empty when the component has none of this name. */
  public OptionalLong value(String name) {
    Long value = values.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** A register or counter, 0 when there is none of this name. */
  public long valueOrZero(String name) {
    return values.getOrDefault(name, 0L);
  }

  /** A line of text, or the empty text. */
  public String text(String name) {
    return texts.getOrDefault(name, "");
  }

  /** All registers and counters in the order in which they were shown. */
  public Map<String, Long> values() {
    return Collections.unmodifiableMap(values);
  }
}
