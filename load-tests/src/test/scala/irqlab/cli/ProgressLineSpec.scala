package irqlab.cli

import irqlab.load.Progress
import irqlab.scenario.Scenarios
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.junit.JUnitRunner

import java.io.{ByteArrayOutputStream, InputStream, PrintStream}

/** What people see while a run goes on. */
@RunWith(classOf[JUnitRunner])
class ProgressLineSpec extends AnyFlatSpec with Matchers {
  private val second = 1_000_000_000L
  private val shown = new ByteArrayOutputStream

  private def line(terminal: Boolean): ProgressLine = {
    val err = new PrintStream(shown, true)
    val console = new Console(
      InputStream.nullInputStream, err, err, terminal, terminal, new Interruption)
    new ProgressLine(Scenarios.builtIn("collapse"), console, 0)
  }

  private def after(seconds: Long, raised: Long): Progress =
    new Progress(seconds * 100_000_000_000L, seconds * second, raised, raised / 5, raised / 5 * 4, false)

  "The line" should "tell machine time, its ratio, raises, their rate, collapsed and what is left" in {
    val progress = line(terminal = false)
    progress.progress(after(2, 200_000))
    progress.text(2 * second) shouldBe
      "200 ms model  x0.10 of real time  200 000 raises  100 k/s  collapsed 80.0 %  eta 0:08"
  }

  it should "say that the run is stalled when machine time stands still for five seconds" in {
    val progress = line(terminal = false)
    progress.progress(after(2, 200_000))
    progress.text(6 * second) should not include "stalled"
    progress.text(9 * second) should endWith("stalled for 7 s")
  }

  it should "be written over on a terminal and be a line of its own elsewhere" in {
    line(terminal = true).show(second)
    shown.toString should startWith("\r\u001b[K")
    shown.toString should not include "\n"
    shown.reset()
    line(terminal = false).show(second)
    shown.toString should endWith(System.lineSeparator)
    shown.toString should not include "\u001b"
  }
}
