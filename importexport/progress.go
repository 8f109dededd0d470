package importexport

import "time"

// Phase is what an import is at.
type Phase string

// The phases of one environment's import. Records are read, mapped and encoded
// while they stream; then they are written in order.
const (
	Reading Phase = "reading"
	Storing Phase = "storing"
)

// Progress is how far an import or export is.
type Progress struct {
	Phase      Phase // of an import
	Collection string
	Records    int64         // documents read or written so far
	Bytes      int64         // read or written so far
	Total      int64         // bytes there are to read, 0 if not known
	Elapsed    time.Duration // since the start
}

// Rate is the number of records per second.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Records) / p.Elapsed.Seconds()
}

// Left is how long reading will take yet at the speed so far; 0 if that is not
// known.
func (p Progress) Left() time.Duration {
	if p.Bytes <= 0 || p.Bytes >= p.Total || p.Phase == Storing {
		return 0
	}
	return time.Duration(float64(p.Elapsed) / float64(p.Bytes) * float64(p.Total-p.Bytes))
}

// tellEvery is the number of records between two calls of a progress function.
const tellEvery = 1000

// teller counts records and tells a progress function now and then.
type teller struct {
	Progress
	begun time.Time
	tell  func(Progress)
}

func newTeller(tell func(Progress), total int64) *teller {
	return &teller{begun: time.Now(), tell: tell, Progress: Progress{Total: total}}
}

func (t *teller) add(collection string, bytes int) {
	t.Collection, t.Phase = collection, Reading
	t.Records++
	t.Bytes += int64(bytes)
	if t.Records%tellEvery == 0 {
		t.done()
	}
}

func (t *teller) storing() {
	t.Phase = Storing
	t.done()
}

func (t *teller) done() {
	if t.tell == nil {
		return
	}
	t.Elapsed = time.Since(t.begun)
	t.tell(t.Progress)
}
