package irqlab.wire;

import irqlab.runtime.MalformedStateException;
import irqlab.runtime.Message;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The codecs of frames. A number is never given to another record; 2 and 22 were records of before
 * the first release.
 */
final class FrameCodecs {
  /** How one frame is written and read. */
  record FrameCodec<T extends Frame>(
      int number,
      Class<T> type,
      BiConsumer<T, StateWriter> writer,
      Function<StateReader, T> reader) {}

  /** What may be numbered: a numbered frame inside another would be a way to fill a stack. */
  private static final List<FrameCodec<?>> INSIDE =
      Stream.of(joining(), running(), losing(), recording(), looking())
          .flatMap(List::stream)
          .toList();

  private FrameCodecs() {}

  static List<FrameCodec<?>> all() {
    List<FrameCodec<?>> all = new ArrayList<>(joining());
    all.addAll(running());
    all.addAll(losing());
    all.addAll(recording());
    all.addAll(looking());
    all.addAll(again());
    return all;
  }

  private static List<FrameCodec<?>> looking() {
    return List.of(
        new FrameCodec<>(
            42,
            Frame.Show.class,
            (f, out) -> {
              out.putInt(f.number());
              out.putInt(f.component());
            },
            in -> new Frame.Show(in.getInt(), in.getInt())),
        new FrameCodec<>(
            43,
            Frame.Shown.class,
            (f, out) -> {
              out.putText(f.node());
              out.putInt(f.number());
              out.putInt(f.index());
              out.putInt(f.count());
              out.putBytes(f.bytes());
            },
            in ->
                new Frame.Shown(
                    in.getText(), in.getInt(), in.getInt(), in.getInt(), in.getBytes())));
  }

  private static List<FrameCodec<?>> joining() {
    return List.of(
        new FrameCodec<>(
            1,
            Frame.Hello.class,
            (f, out) -> out.putText(f.replyTo()),
            in -> new Frame.Hello(in.getText())),
        new FrameCodec<>(
            3,
            Frame.Ping.class,
            (f, out) -> out.putInt(f.number()),
            in -> new Frame.Ping(in.getInt())),
        new FrameCodec<>(
            4,
            Frame.Pong.class,
            (f, out) -> {
              out.putText(f.node());
              out.putInt(f.number());
              out.putLong(f.nanoTime());
            },
            in -> new Frame.Pong(in.getText(), in.getInt(), in.getLong())),
        new FrameCodec<>(
            5,
            Frame.Host.class,
            (f, out) -> {
              out.putText(f.builder());
              out.putText(f.text());
              out.putLong(f.hash());
              putTexts(f.nodes(), out);
            },
            in -> new Frame.Host(in.getText(), in.getText(), in.getLong(), getTexts(in))),
        new FrameCodec<>(
            6,
            Frame.Hosting.class,
            (f, out) -> putTexts(List.of(f.node(), f.gate()), out),
            in -> {
              List<String> texts = getTexts(in, 2);
              return new Frame.Hosting(texts.get(0), texts.get(1));
            }),
        new FrameCodec<>(
            7,
            Frame.Refused.class,
            (f, out) -> putTexts(List.of(f.node(), f.why()), out),
            in -> {
              List<String> texts = getTexts(in, 2);
              return new Frame.Refused(texts.get(0), texts.get(1));
            }),
        new FrameCodec<>(
            8,
            Frame.Gates.class,
            (f, out) -> putTexts(f.gates(), out),
            in -> new Frame.Gates(getTexts(in))),
        new FrameCodec<>(
            9,
            Frame.Ready.class,
            (f, out) -> out.putText(f.node()),
            in -> new Frame.Ready(in.getText())));
  }

  private static List<FrameCodec<?>> running() {
    return List.of(
        new FrameCodec<>(
            20,
            Frame.Clock.class,
            (f, out) -> out.putLong(f.startNs()),
            in -> new Frame.Clock(in.getLong())),
        new FrameCodec<>(
            21,
            Frame.Count.class,
            (f, out) -> out.putLong(f.wave()),
            in -> new Frame.Count(in.getLong())),
        new FrameCodec<>(23, Frame.Freeze.class, (f, out) -> {}, in -> new Frame.Freeze()),
        new FrameCodec<>(24, Frame.Collect.class, (f, out) -> {}, in -> new Frame.Collect()),
        new FrameCodec<>(
            25,
            Frame.Books.class,
            (f, out) -> {
              out.putText(f.node());
              out.putInt(f.index());
              out.putInt(f.count());
              out.putBytes(f.bytes());
            },
            in -> new Frame.Books(in.getText(), in.getInt(), in.getInt(), in.getBytes())),
        new FrameCodec<>(
            26,
            Frame.Failed.class,
            (f, out) -> putTexts(List.of(f.node(), f.path(), f.why()), out),
            in -> {
              List<String> texts = getTexts(in, 3);
              return new Frame.Failed(texts.get(0), texts.get(1), texts.get(2));
            }),
        new FrameCodec<>(27, Frame.Release.class, (f, out) -> {}, in -> new Frame.Release()),
        new FrameCodec<>(28, Frame.Batch.class, FrameCodecs::putBatch, FrameCodecs::getBatch),
        new FrameCodec<>(
            29,
            Frame.Ack.class,
            (f, out) -> {
              out.putInt(f.from());
              out.putLong(f.number());
            },
            in -> new Frame.Ack(in.getInt(), in.getLong())),
        new FrameCodec<>(30, Frame.Go.class, (f, out) -> {}, in -> new Frame.Go()));
  }

  private static List<FrameCodec<?>> losing() {
    return List.of(
        new FrameCodec<>(31, Frame.Welcome.class, FrameCodecs::putWelcome, FrameCodecs::getWelcome),
        new FrameCodec<>(32, Frame.Counts.class, FrameCodecs::putCounts, FrameCodecs::getCounts),
        new FrameCodec<>(
            33,
            Frame.Inject.class,
            (f, out) -> {
              out.putInt(f.receiver());
              out.putMessage(f.message());
            },
            in -> new Frame.Inject(in.getInt(), in.getMessage())),
        new FrameCodec<>(
            34,
            Frame.Notes.class,
            (f, out) -> {
              out.putText(f.node());
              out.putInt(f.index());
              out.putInt(f.count());
              out.putBytes(f.bytes());
            },
            in -> new Frame.Notes(in.getText(), in.getInt(), in.getInt(), in.getBytes())),
        new FrameCodec<>(
            35,
            Frame.Lost.class,
            (f, out) -> out.putInts(f.nodes()),
            in -> new Frame.Lost(in.getInts())),
        new FrameCodec<>(
            36,
            Frame.Cut.class,
            (f, out) -> putTexts(List.of(f.node(), f.other(), f.why()), out),
            in -> {
              List<String> texts = getTexts(in, 3);
              return new Frame.Cut(texts.get(0), texts.get(1), texts.get(2));
            }),
        new FrameCodec<>(37, Frame.Leave.class, (f, out) -> {}, in -> new Frame.Leave()),
        new FrameCodec<>(
            38,
            Frame.Gone.class,
            (f, out) -> putTexts(List.of(f.node(), f.why()), out),
            in -> {
              List<String> texts = getTexts(in, 2);
              return new Frame.Gone(texts.get(0), texts.get(1));
            }));
  }

  private static List<FrameCodec<?>> recording() {
    return List.of(
        new FrameCodec<>(39, Frame.Keep.class, (f, out) -> {}, in -> new Frame.Keep()),
        new FrameCodec<>(
            40,
            Frame.More.class,
            (f, out) -> out.putLong(f.upTo()),
            in -> new Frame.More(in.getLong())),
        new FrameCodec<>(
            41,
            Frame.Log.class,
            (f, out) -> {
              out.putText(f.node());
              out.putLong(f.number());
              out.putInt(f.component());
              out.putBytes(f.bytes());
              out.putText(f.why());
            },
            in ->
                new Frame.Log(
                    in.getText(), in.getLong(), in.getInt(), in.getBytes(), in.getText())));
  }

  private static List<FrameCodec<?>> again() {
    return List.of(
        new FrameCodec<>(
            44,
            Frame.Missing.class,
            (f, out) -> {
              out.putInt(f.from());
              out.putLong(f.number());
            },
            in -> new Frame.Missing(in.getInt(), in.getLong())),
        new FrameCodec<>(
            45, Frame.Numbered.class, FrameCodecs::putNumbered, FrameCodecs::getNumbered),
        new FrameCodec<>(
            46,
            Frame.Got.class,
            (f, out) -> {
              out.putText(f.from());
              out.putLong(f.number());
            },
            in -> new Frame.Got(in.getText(), in.getLong())));
  }

  private static void putNumbered(Frame.Numbered numbered, StateWriter out) {
    out.putText(numbered.from());
    out.putLong(numbered.number());
    for (FrameCodec<?> codec : INSIDE) {
      if (codec.type() == numbered.frame().getClass()) {
        out.putInt(codec.number());
        put(codec, numbered.frame(), out);
        return;
      }
    }
    throw new IllegalStateException(numbered.frame().getClass() + " is never numbered");
  }

  private static <T extends Frame> void put(FrameCodec<T> codec, Frame frame, StateWriter out) {
    codec.writer().accept(codec.type().cast(frame), out);
  }

  private static Frame.Numbered getNumbered(StateReader in) {
    String from = in.getText();
    long number = in.getLong();
    int kind = in.getInt();
    for (FrameCodec<?> codec : INSIDE) {
      if (codec.number() == kind) {
        return new Frame.Numbered(from, number, codec.reader().apply(in));
      }
    }
    throw new MalformedStateException("record=" + kind + " inside a numbered frame");
  }

  private static void putWelcome(Frame.Welcome welcome, StateWriter out) {
    putTexts(List.of(welcome.node(), welcome.program(), welcome.java(), welcome.agent()), out);
    putTexts(welcome.roles(), out);
  }

  private static Frame.Welcome getWelcome(StateReader in) {
    List<String> texts = getTexts(in, 4);
    return new Frame.Welcome(texts.get(0), texts.get(1), texts.get(2), texts.get(3), getTexts(in));
  }

  private static void putCounts(Frame.Counts counts, StateWriter out) {
    out.putText(counts.node());
    out.putLong(counts.wave());
    out.putLong(counts.sent());
    out.putLong(counts.processed());
    out.putLong(counts.raised());
    out.putLong(counts.closed());
    out.putLong(counts.handled());
    out.putLongs(counts.raisedBy());
    out.putLongs(counts.sentTo());
    out.putLongs(counts.takenFrom());
  }

  private static Frame.Counts getCounts(StateReader in) {
    return new Frame.Counts(
        in.getText(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLongs(),
        in.getLongs(),
        in.getLongs());
  }

  private static void putBatch(Frame.Batch batch, StateWriter out) {
    out.putInt(batch.from());
    out.putLong(batch.number());
    out.putInt(batch.messages().size());
    for (int i = 0; i < batch.messages().size(); i++) {
      out.putInt(batch.receivers()[i]);
      out.putMessage(batch.messages().get(i));
    }
  }

  private static Frame.Batch getBatch(StateReader in) {
    int from = in.getInt();
    long number = in.getLong();
    int count = in.count(6);
    int[] receivers = new int[count];
    List<Message> messages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      receivers[i] = in.getInt();
      messages.add(in.getMessage());
    }
    return new Frame.Batch(from, number, receivers, messages);
  }

  private static void putTexts(List<String> texts, StateWriter out) {
    out.putInt(texts.size());
    texts.forEach(out::putText);
  }

  private static List<String> getTexts(StateReader in) {
    List<String> texts = new ArrayList<>();
    for (int left = in.count(4); left > 0; left--) {
      texts.add(in.getText());
    }
    return texts;
  }

  private static List<String> getTexts(StateReader in, int wanted) {
    List<String> texts = getTexts(in);
    if (texts.size() != wanted) {
      throw new MalformedStateException("texts=" + texts.size() + ": " + wanted);
    }
    return texts;
  }
}
