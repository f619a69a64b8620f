package irqlab.topology.hocon;

/**
 * One thing that is wrong with a scenario, and what to do about it.
 *
 * @param code what kind of fault
 * @param spot where
 * @param path the setting, {@code endpoints[0].affinity}; empty when it is the whole file
 * @param column of the caret under the source line, from 1; 0 shows no source line
 * @param found what is there and why that will not do
 * @param nearest the name that was probably meant; else empty
 * @param allowed what may stand there; else empty
 * @param mend what to write instead; else empty
 */
public record Fault(
    FaultCode code,
    Spot spot,
    String path,
    int column,
    String found,
    String nearest,
    String allowed,
    String mend) {
  private static final int WIDTH = 110;
  private static final int LONGEST_FOUND = 400;

  /** The text of the fault, two to five lines, each ended by a newline. */
  public String render() {
    StringBuilder out = new StringBuilder();
    out.append(code).append(' ').append(code.title()).append("  ").append(spot.at());
    if (!path.isEmpty()) {
      out.append("   ").append(clean(path));
    }
    if (column > 0 && !spot.text().isEmpty()) {
      String number = spot.line() > 0 ? Integer.toString(spot.line()) : "";
      int from = column > WIDTH - 20 ? column - 21 : 0;
      out.append(String.format("%n%5s | %s", number, clean(spot.text().substring(from))));
      out.append(String.format("%n%5s | %s^ %s", "", " ".repeat(column - 1 - from), whole(found)));
    } else {
      out.append("\n   ").append(whole(found));
    }
    StringBuilder hint = new StringBuilder();
    if (!nearest.isEmpty()) {
      hint.append("did you mean \"").append(nearest).append("\"?   ");
    }
    if (!allowed.isEmpty()) {
      hint.append("allowed here: ").append(allowed);
    }
    if (hint.length() > 0) {
      out.append("\n   ").append(hint.toString().stripTrailing());
    }
    if (!mend.isEmpty()) {
      out.append("\n   ").append(mend);
    }
    return out.append('\n').toString();
  }

  /** One line of printable characters, cut where a terminal ends. */
  static String clean(String text) {
    String line = printable(text);
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...";
  }

  /**
   * A sentence or a path as long as it is: what was found may name a second place, deep in folders,
   * whose end says most. Only what no sentence reaches loses its middle.
   */
  static String whole(String found) {
    String line = printable(found);
    if (line.length() <= LONGEST_FOUND) {
      return line;
    }
    int half = LONGEST_FOUND / 2;
    return line.substring(0, half) + " ... " + line.substring(line.length() - half);
  }

  private static String printable(String text) {
    return text.replace('\t', ' ').replaceAll("\\p{Cntrl}", "?");
  }
}
