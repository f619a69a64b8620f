package irqlab.pcie.memory;

import irqlab.observe.Counter;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.MemoryMap;
import irqlab.protocol.MemoryMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Bus;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * Host memory: words of 8 bytes, zero at power-up, in pages of 4 KiB that exist once written.
 *
 * <p>It ends at {@link MemoryMap#BARS}. Beyond that reads give all ones and writes are dropped,
 * both counted as {@link Counter#BAD_ACCESS}. Low bits of an address that select inside a word or a
 * line are ignored.
 *
 * <p><b>Not modelled:</b> caches and their coherence, byte enables, banks.
 */
public final class HostMemory implements Component<MemoryMessage>, MemoryMessage.Handler {
  private static final int PAGE_WORDS = 512;
  private static final int PAGES_PER_GROUP = 1024;

  private final Port<RootComplexMessage> root;
  private final Bus<CpuMessage> cores;

  // By address bits 31:22, then 21:12; holes are null. Iterated in ascending order.
  private final long[][][] groups = new long[(int) (MemoryMap.BARS >>> 22)][][];

  /**
   * Wires the memory.
   *
   * @param root answers to devices
   * @param cores answers to cores, by CPU number
   */
  public HostMemory(Port<RootComplexMessage> root, Bus<CpuMessage> cores) {
    this.root = root;
    this.cores = cores;
  }

  @Override
  public void on(MemoryMessage message, Io<MemoryMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onWrite(MemoryMessage.Write message, Io<MemoryMessage> io) {
    long address = message.address();
    if (address < 0 || address >= MemoryMap.BARS) {
      io.probe().count(Counter.BAD_ACCESS);
    } else {
      write(address, message.word());
    }
  }

  @Override
  public void onCpuLine(MemoryMessage.CpuLine message, Io<MemoryMessage> io) {
    long[] page = pageOf(message.address(), io);
    int at = wordOf(message.address());
    io.send(
        cores,
        message.cpu(),
        new CpuMessage.LineCompletion(
            message.tag(),
            page[at],
            page[at + 1],
            page[at + 2],
            page[at + 3],
            page[at + 4],
            page[at + 5],
            page[at + 6],
            page[at + 7]));
  }

  @Override
  public void onDmaLine(MemoryMessage.DmaLine message, Io<MemoryMessage> io) {
    long[] page = pageOf(message.address(), io);
    int at = wordOf(message.address());
    io.send(
        root,
        new RootComplexMessage.LineDone(
            message.requester(),
            message.tag(),
            page[at],
            page[at + 1],
            page[at + 2],
            page[at + 3],
            page[at + 4],
            page[at + 5],
            page[at + 6],
            page[at + 7]));
  }

  /** Pages that exist, for tests of its thrift. */
  int pages() {
    int count = 0;
    for (long[][] group : groups) {
      for (int i = 0; group != null && i < group.length; i++) {
        count += group[i] == null ? 0 : 1;
      }
    }
    return count;
  }

  private void write(long address, long word) {
    int number = (int) (address >>> 22);
    long[][] group = groups[number];
    if (group == null) {
      group = new long[PAGES_PER_GROUP][];
      groups[number] = group;
    }
    int inGroup = (int) (address >>> 12) & PAGES_PER_GROUP - 1;
    long[] page = group[inGroup];
    if (page == null) {
      page = new long[PAGE_WORDS];
      group[inGroup] = page;
    }
    page[(int) (address >>> 3) & PAGE_WORDS - 1] = word;
  }

  // The first word of the 64-byte line inside its page.
  private static int wordOf(long address) {
    return (int) (address >>> 3) & PAGE_WORDS - 8;
  }

  private long[] pageOf(long address, Io<MemoryMessage> io) {
    if (address < 0 || address >= MemoryMap.BARS) {
      io.probe().count(Counter.BAD_ACCESS);
      return Blank.ONES;
    }
    long[][] group = groups[(int) (address >>> 22)];
    long[] page = group == null ? null : group[(int) (address >>> 12) & PAGES_PER_GROUP - 1];
    return page == null ? Blank.ZEROS : page;
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(pages());
    for (int number = 0; number < groups.length; number++) {
      for (int i = 0; groups[number] != null && i < PAGES_PER_GROUP; i++) {
        long[] page = groups[number][i];
        if (page != null) {
          out.putInt(number * PAGES_PER_GROUP + i);
          out.putLongs(page);
        }
      }
    }
  }

  @Override
  public void load(StateReader in) {
    java.util.Arrays.fill(groups, null);
    for (int left = in.count(8 + 8 * PAGE_WORDS); left > 0; left--) {
      long base = (long) in.getInt() << 12;
      long[] words = in.getLongs();
      for (int i = 0; i < words.length; i++) {
        write(base + 8L * i, words[i]);
      }
    }
  }

  @Override
  public void inspect(Inspector out) {
    out.value("pages", pages());
  }

  /** What is read where nothing was written: never written to. */
  private static final class Blank {
    static final long[] ZEROS = new long[PAGE_WORDS];
    static final long[] ONES = new long[PAGE_WORDS];

    static {
      java.util.Arrays.fill(ONES, -1L);
    }

    private Blank() {}
  }
}
