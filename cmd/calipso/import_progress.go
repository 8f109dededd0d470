package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"calipso/importexport"
	"calipso/index"
	"calipso/webapi"
)

// importProgress tells the API's side of an import how far it is.
type importProgress struct {
	tell func(webapi.ImportProgress) // nil: nobody listens
	last webapi.ImportProgress
}

// reading passes on what the import says of reading and storing.
func (p *importProgress) reading(i importexport.Progress) {
	p.last = webapi.ImportProgress{
		Phase: string(i.Phase), Collection: i.Collection, Records: i.Records, Bytes: i.Bytes, Total: i.Total,
		RecordsPerSecond: i.Rate(), SecondsLeft: i.Left().Seconds(), Seconds: i.Elapsed.Seconds(),
	}
	if p.tell != nil {
		p.tell(p.last)
	}
}

// follower is the search index, as an import waits for it.
type follower interface {
	CaughtUp(ctx context.Context) error
	Status(ctx context.Context) (index.Status, error)
}

// indexing waits for the search index and tells once a second how far it is.
func (p *importProgress) indexing(ctx context.Context, x follower) error {
	done := make(chan error, 1)
	go func() { done <- x.CaughtUp(ctx) }() // ends with ctx, at the latest
	begun, before := time.Now(), p.last.Seconds
	p.last.Phase, p.last.Collection, p.last.SecondsLeft = "indexing", "", 0
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		p.last.Seconds = before + time.Since(begun).Seconds()
		if p.tell != nil {
			s, err := x.Status(ctx)
			if err != nil {
				return errors.Join(err, <-done)
			}
			p.indexed(s)
			p.tell(p.last)
		}
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
	}
}

// indexed takes over how far the index is.
func (p *importProgress) indexed(s index.Status) {
	p.last.Indexed, p.last.ToIndex, p.last.SecondsLeft = s.Done, max(s.ToDo, s.Done), 0
	if s.Rate > 0 {
		p.last.SecondsLeft = float64(p.last.ToIndex-s.Done) / s.Rate
	}
}

// importAnswer reads the lines of an answer, showing its progress, until the
// report.
func importAnswer[T any](r io.Reader, show func(webapi.ImportProgress)) (*T, error) {
	lines := json.NewDecoder(r)
	for {
		var line struct {
			Progress *webapi.ImportProgress
			Report   *T
			Problem  *apiError
		}
		err := lines.Decode(&line)
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("the server broke off before it said how it went")
		case err != nil:
			return nil, err
		case line.Problem != nil:
			return nil, line.Problem
		case line.Report != nil:
			return line.Report, nil
		case line.Progress != nil:
			show(*line.Progress)
		}
	}
}

// of shows how far an import or export is.
func (p *phaseProgress) of(i webapi.ImportProgress) {
	done, total := i.Bytes, i.Total
	if i.ToIndex > 0 {
		done, total = i.Indexed, i.ToIndex
	}
	p.show(i.Phase, done, total, importText(i))
}

// importText is one state of an import for people.
func importText(p webapi.ImportProgress) string {
	since := time.Duration(p.Seconds * float64(time.Second)).Round(time.Second)
	text := fmt.Sprintf("%s %d records  %s", p.Phase, p.Records, since)
	switch {
	case p.Phase == string(importexport.Reading) || p.Phase == writingPhase:
		text = fmt.Sprintf("%s %s  %d records  %.0f/s", p.Phase, p.Collection, p.Records, p.RecordsPerSecond)
	case p.ToIndex > 0:
		text = fmt.Sprintf("%s %d/%d objects  %s", p.Phase, p.Indexed, p.ToIndex, since)
	}
	if p.SecondsLeft > 0 {
		text += fmt.Sprintf("  %s left", time.Duration(p.SecondsLeft*float64(time.Second)).Round(time.Second))
	}
	return text
}
