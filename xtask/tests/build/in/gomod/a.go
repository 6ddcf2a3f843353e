package gomod
