package irqlab.live;

import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.List;

/** What a component showed of itself at one moment, kept so that others can look at it later. */
public final class Inspection implements Inspector {
  /** One thing shown: a number, or a text when that is not null. */
  private record Entry(String name, long value, String text) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<Long> pending = new ArrayList<>();
  private final List<String> places = new ArrayList<>();

  @Override
  public void value(String name, long value) {
    entries.add(new Entry(name, value, null));
  }

  @Override
  public void text(String name, String text) {
    entries.add(new Entry(name, 0, text));
  }

  @Override
  public void pending(long id, String where) {
    pending.add(id);
    places.add(where);
  }

  /** Shows the same again. */
  public void replay(Inspector to) {
    for (Entry entry : entries) {
      if (entry.text == null) {
        to.value(entry.name, entry.value);
      } else {
        to.text(entry.name, entry.text);
      }
    }
    for (int i = 0; i < pending.size(); i++) {
      to.pending(pending.get(i), places.get(i));
    }
  }

  /** The number of this name, or the other one when there is none. */
  public long valueOr(String name, long other) {
    for (Entry entry : entries) {
      if (entry.text == null && entry.name.equals(name)) {
        return entry.value;
      }
    }
    return other;
  }

  /** Writes all that was shown. */
  public void write(StateWriter out) {
    out.putInt(entries.size());
    for (Entry entry : entries) {
      out.putText(entry.name);
      out.putBoolean(entry.text != null);
      if (entry.text == null) {
        out.putLong(entry.value);
      } else {
        out.putText(entry.text);
      }
    }
    out.putInt(pending.size());
    for (int i = 0; i < pending.size(); i++) {
      out.putLong(pending.get(i));
      out.putText(places.get(i));
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Inspection read(StateReader in) {
    Inspection shown = new Inspection();
    for (int left = in.count(9); left > 0; left--) {
      String name = in.getText();
      if (in.getBoolean()) {
        shown.text(name, in.getText());
      } else {
        shown.value(name, in.getLong());
      }
    }
    for (int left = in.count(12); left > 0; left--) {
      shown.pending(in.getLong(), in.getText());
    }
    return shown;
  }
}
